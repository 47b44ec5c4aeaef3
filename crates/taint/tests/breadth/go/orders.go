package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	_ "github.com/lib/pq"
)

type order struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

var db *sql.DB

func handle(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	name := request.QueryStringParameters["name"]
	rows, err := db.Query(fmt.Sprintf("SELECT * FROM t WHERE name = '%s'", name)) // expect: sql
	if err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 500, Body: err.Error()}, nil // expect: error
	}
	defer rows.Close()
	db.QueryContext(ctx, "SELECT * FROM t WHERE name = $1", name)
	db.QueryRow("SELECT * FROM t WHERE name = '" + name + "'") // expect: sql
	db.Exec("DELETE FROM t WHERE name = ?", name)
	query := "SELECT * FROM t"
	query += " ORDER BY " + request.PathParameters["sort"]
	db.ExecContext(ctx, query) // expect: sql
	id, err := strconv.Atoi(request.PathParameters["id"])
	if err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 400}, nil
	}
	db.Query(fmt.Sprintf("SELECT * FROM t WHERE id = %d", id))

	var body order
	if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 400}, nil
	}
	db.Query("SELECT * FROM t WHERE name = '" + body.Name + "'") // expect: sql
	db.Query(fmt.Sprintf("SELECT * FROM t WHERE count = %d", body.Count))
	var builder strings.Builder
	builder.WriteString("SELECT * FROM t WHERE name = '")
	builder.WriteString(body.Name)
	builder.WriteString("'")
	db.Query(builder.String()) // expect: sql
	tx, _ := db.Begin()
	tx.Exec("DELETE FROM t WHERE name = '" + body.Name + "'") // expect: sql
	stmt, _ := db.Prepare("SELECT * FROM t WHERE name = ?")
	stmt.Query(name)

	return events.APIGatewayProxyResponse{ // expect: html
		StatusCode: 200,
		Headers:    map[string]string{"Content-Type": "text/html"},
		Body:       "<h1>" + name + "</h1>",
	}, nil
}

func onUpload(ctx context.Context, event events.S3Event) error {
	for _, record := range event.Records {
		key := record.S3.Object.Key
		exec.Command("sh", "-c", "convert "+key).Run() // expect: command
		exec.Command("convert", key, "out.png").Run()
		exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf("file %s", key)).Output() // expect: command
		os.Open("/tmp/" + key)                                                        // expect: path
		os.ReadFile(filepath.Join("/tmp", key))                                       // expect: path
		os.Create(filepath.Join("/tmp", filepath.Base(key)))
		full := filepath.Clean(filepath.Join("/tmp", key))
		if !strings.HasPrefix(full, "/tmp/") {
			return fmt.Errorf("outside")
		}
		os.Remove(full)
	}
	return nil
}

func onMessage(ctx context.Context, event events.SQSEvent) error {
	for _, message := range event.Records {
		var body order
		json.Unmarshal([]byte(message.Body), &body)
		run(body.Name)
		switch body.Name {
		case "start", "stop":
			exec.Command("sh", "-c", "service web "+body.Name).Run()
		}
	}
	return nil
}

func run(name string) {
	exec.Command("sh", "-c", "echo "+name).Run() // expect: command
}

func main() {
	switch os.Getenv("MODE") {
	case "upload":
		lambda.Start(onUpload)
	case "message":
		lambda.Start(onMessage)
	default:
		lambda.Start(handle)
	}
}
