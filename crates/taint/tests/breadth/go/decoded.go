package main

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func decode(body string, into any) error {
	return json.Unmarshal([]byte(body), into)
}

func handle(request events.APIGatewayProxyRequest) (string, error) {
	var texts map[string]string
	json.Unmarshal([]byte(request.Body), &texts)
	exec.Command("sh", "-c", "echo "+texts["x"]).Run() // expect: command
	var values map[string]interface{}
	json.Unmarshal([]byte(request.Body), &values)
	exec.Command("sh", "-c", "echo "+values["x"].(string)).Run() // expect: command
	var whole any
	json.Unmarshal([]byte(request.Body), &whole)
	exec.Command("sh", "-c", "echo "+whole.(string)).Run() // expect: command
	var part struct{ File string }
	json.Unmarshal([]byte(request.Body), &part)
	exec.Command("sh", "-c", "echo "+part.File).Run() // expect: command
	var list []string
	json.Unmarshal([]byte(request.Body), &list)
	for _, item := range list {
		exec.Command("sh", "-c", "echo "+item).Run() // expect: command
	}
	made := make(map[string]string)
	json.Unmarshal([]byte(request.Body), &made)
	exec.Command("sh", "-c", "echo "+made["x"]).Run() // expect: command
	var read map[string]string
	json.NewDecoder(strings.NewReader(request.Body)).Decode(&read)
	exec.Command("sh", "-c", "echo "+read["x"]).Run() // expect: command
	var helped map[string]string
	decode(request.Body, &helped)
	exec.Command("sh", "-c", "echo "+helped["x"]).Run() // expect: command

	var constant map[string]string
	json.Unmarshal([]byte(`{"x": "1"}`), &constant)
	exec.Command("sh", "-c", "echo "+constant["x"]).Run()
	var untouched []string
	for _, item := range untouched {
		exec.Command("sh", "-c", "echo "+item).Run()
	}
	var kept map[string]string
	json.Unmarshal([]byte(request.Body), &kept)
	kept = map[string]string{"x": "1"}
	exec.Command("sh", "-c", "echo "+kept["x"]).Run()
	return "", nil
}

func serve(writer http.ResponseWriter, request *http.Request) {
	var body struct {
		Name string
		Tags []string
	}
	json.NewDecoder(request.Body).Decode(&body)
	exec.Command("sh", "-c", "echo "+body.Name).Run()    // expect: command
	exec.Command("sh", "-c", "echo "+body.Tags[0]).Run() // expect: command
}

func main() {
	http.HandleFunc("/", serve)
	lambda.Start(handle)
}
