//! Calls of services that Go, Java, C# and Ruby make.

mod called_code;

use called_code::check;

#[test]
fn go() {
    check(
        "handler.go",
        r#"
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	v1 "github.com/aws/aws-sdk-go/service/sqs"
	"github.com/aws/aws-sdk-go/aws/session"
)

var svc *dynamodb.Client
var table = os.Getenv("TABLE")

func init() {
	cfg, _ := config.LoadDefaultConfig(context.TODO())
	svc = dynamodb.NewFromConfig(cfg)
}

type Store struct {
	client *s3.Client
	bucket string
}

func (s *Store) Save(ctx context.Context) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(s.bucket)}) // call: s3.PutObject(Bucket=$BUCKET) in eu-west-1
	return err
}

func handler(ctx context.Context, event map[string]string) (string, error) {
	input := &dynamodb.PutItemInput{TableName: aws.String(table)}
	_, err := svc.PutItem(ctx, input) // call: dynamodb.PutItem(TableName=$TABLE)
	if err != nil {
		return "", err
	}
	cfg, _ := config.LoadDefaultConfig(ctx, config.WithRegion("eu-west-1"))
	client := s3.NewFromConfig(cfg)
	store := &Store{client: client, bucket: os.Getenv("BUCKET")}
	store.Save(ctx)
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: aws.String("b")}) // call: s3.ListObjectsV2(Bucket=b) Paginator in eu-west-1
	for pages.HasMorePages() {
		pages.NextPage(ctx)
	}
	s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("b")}) // call: s3.GetObject(Bucket=b) Presigned in eu-west-1
	manager.NewUploader(client).Upload(ctx, &s3.PutObjectInput{Bucket: aws.String("u")}) // call: s3.Upload(Bucket=u) Helper in eu-west-1
	metrics := cloudwatch.NewFromConfig(cfg)
	metrics.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("n")}) // call: cloudwatch.PutMetricData(Namespace=n) in eu-west-1
	old := v1.New(session.Must(session.NewSession()))
	old.SendMessage(&v1.SendMessageInput{QueueUrl: aws.String(os.Getenv("Q"))}) // call: sqs.SendMessage(QueueUrl=$Q)
	return "", nil
}

func main() {
	lambda.Start(handler)
}
"#,
    );
}

#[test]
fn java() {
    check(
        "Handler.java",
        r#"
package example;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.*;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.enhanced.dynamodb.*;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.model.PutItemRequest;
import com.amazonaws.services.lambda.runtime.*;
import java.util.Map;
public class Handler implements RequestHandler<Map<String,String>, String> {
  private static final DynamoDbClient ddb = DynamoDbClient.builder().region(Region.US_EAST_1).build();
  private final S3Client s3 = S3Client.create();
  private static final String TABLE = System.getenv("TABLE");
  private AmazonS3 old = AmazonS3ClientBuilder.defaultClient();
  private static final DynamoDbEnhancedClient ENHANCED = DynamoDbEnhancedClient.builder().dynamoDbClient(ddb).build();
  private final DynamoDbTable<Item> table = ENHANCED.table(System.getenv("ITEMS"), TableSchema.fromBean(Item.class));
  public String handleRequest(Map<String,String> event, Context context) {
    GetItemRequest r = GetItemRequest.builder().tableName(TABLE).build();
    ddb.getItem(r); // call: dynamodb.getItem(tableName=$TABLE) in us-east-1
    s3.putObject(PutObjectRequest.builder().bucket("b").key(event.get("k")).build(), RequestBody.fromString("x")); // call: s3.putObject(bucket=b, key=event["k"])
    s3.getObject(b -> b.bucket("lit").key("k")); // call: s3.getObject(bucket=lit, key=k)
    s3.listBuckets(); // call: s3.listBuckets()
    table.index("i").query(q -> q.limit(1)); // call: dynamodb.DynamoDbIndex(name=$ITEMS, index=i).query(limit=1) Helper
    table.putItem(new Item()); // call: dynamodb.DynamoDbTable(name=$ITEMS).putItem() Helper
    SqsClient sqs = SqsClient.create();
    sqs.sendMessage(m -> m.queueUrl(System.getenv("Q")).messageBody("x")); // call: sqs.sendMessage(queueUrl=$Q, messageBody=x)
    old.putObject("bkt", "key", "text"); // call: s3.putObject(0=bkt, 1=key, 2=text)
    old.getObject(new com.amazonaws.services.s3.model.GetObjectRequest("bb", "kk")); // call: s3.getObject(0=bb, 1=kk)
    return "";
  }
}
"#,
    );
}

#[test]
fn csharp_and_ruby() {
    check(
        "Function.cs",
        r#"
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.Lambda.Core;
namespace X;
public class Function {
  private readonly IAmazonDynamoDB _db = new AmazonDynamoDBClient();
  private readonly AmazonS3Client s3 = new AmazonS3Client();
  public async Task<string> Handler(string input, ILambdaContext context) {
    await _db.PutItemAsync(new PutItemRequest { TableName = Environment.GetEnvironmentVariable("T") }); // call: DynamoDBv2.PutItem(TableName=$T)
    await s3.GetObjectAsync("bucket", "key"); // call: S3.GetObject(0=bucket, 1=key)
    await s3.PutObjectAsync(new PutObjectRequest { BucketName = "b", Key = "k" }); // call: S3.PutObject(BucketName=b, Key=k)
    return "";
  }
}
"#,
    );
    check(
        "handler.rb",
        r#"
require 'aws-sdk-s3'
S3 = Aws::S3::Client.new(region: 'eu-west-1')
def handler(event:, context:)
  S3.get_object(bucket: ENV['B'], key: event['k']) # call: S3.get_object(bucket=$B, key=event["k"]) in eu-west-1
  db = Aws::DynamoDB::Client.new
  db.put_item(table_name: ENV.fetch('T'), item: {}) # call: DynamoDB.put_item(table_name=$T)
  Aws::S3::Resource.new.bucket('x').object('y').put(body: '') # call: S3.object(bucket=x, object=y).put(body=?) Helper
end
"#,
    );
}

#[test]
fn requests_that_are_filled_in_steps() {
    check(
        "handler.go",
        r#"
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func handler(ctx context.Context) (string, error) {
	client := s3.New(s3.Options{})
	input := &s3.PutObjectInput{Key: aws.String("k")}
	input.Bucket = aws.String(os.Getenv("B"))
	client.PutObject(ctx, input) // call: s3.PutObject(Key=k, Bucket=$B)
	return "", nil
}

func main() {
	lambda.Start(handler)
}
"#,
    );
    check(
        "Handler.java",
        r#"
package example;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import com.amazonaws.services.lambda.runtime.*;
public class Handler implements RequestHandler<String, String> {
  private final S3Client s3 = S3Client.create();
  public String handleRequest(String event, Context context) {
    PutObjectRequest.Builder builder = PutObjectRequest.builder();
    builder.bucket("b");
    builder.key(System.getenv("K"));
    s3.putObject(builder.build(), null); // call: s3.putObject(bucket=b, key=$K)
    return "";
  }
}
"#,
    );
}

#[test]
fn fields_are_seen_in_lambdas() {
    check(
        "Handler.java",
        r#"
package example;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import com.amazonaws.services.lambda.runtime.*;
import java.util.List;
public class Handler implements RequestHandler<List<String>, String> {
  private final Store store = new Store();
  public String handleRequest(List<String> event, Context context) {
    event.forEach(name -> store.put(name));
    return "";
  }
}
class Store {
  private final S3Client s3 = S3Client.create();
  void put(String name) {
    s3.putObject(PutObjectRequest.builder().bucket("b").build(), null); // call: s3.putObject(bucket=b)
  }
}
"#,
    );
}
