package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type order struct {
	Id    string `json:"id"`
	Lines []struct{ Sku string; Count int }
}

type store interface{ Put(ctx context.Context, o *order) error }

var names = map[string][]byte{"a": {1, 2}, "b": nil}

func (o *order) total(prices ...int) (sum int, err error) {
	defer func() { recover() }()
	for i, line := range o.Lines {
		if i > 10 || line.Count == 0 {
			continue
		}
		sum += line.Count * prices[i%len(prices)]
	}
outer:
	for n := 0; n < 3; n++ {
		switch x := any(n).(type) {
		case int, string:
			break outer
		case nil:
			fallthrough
		default:
			_ = x
		}
	}
	return sum, nil
}

func Map[T, U any](in []T, f func(T) U) (out []U) {
	for _, one := range in {
		out = append(out, f(one))
	}
	return
}

func handle(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var o order
	if err := json.Unmarshal([]byte(event.Body), &o); err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 400}, fmt.Errorf("order: %w", err)
	}
	done := make(chan string, 1)
	go func(id string) { done <- id[1:3] }(o.Id)
	select {
	case id, ok := <-done:
		out, _ := exec.Command("sh", "-c", `echo `+id).Output()
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(out), Headers: map[string]string{"x": fmt.Sprint(ok)}}, nil
	case <-ctx.Done():
	}
	return events.APIGatewayProxyResponse{}, nil
}

func main() { lambda.Start(handle) }
