using System.Collections.Generic;
using System.Data.SqlClient;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.Core;
using Amazon.Lambda.S3Events;
using Amazon.Lambda.SQSEvents;
using Dapper;

namespace Shop;

public class Orders
{
    private static readonly HashSet<string> Columns = new() { "name", "price" };

    public async Task<APIGatewayProxyResponse> FunctionHandler(APIGatewayProxyRequest request, ILambdaContext context)
    {
        var name = request.QueryStringParameters["name"];
        using var connection = new SqlConnection("Server=db");
        var command = new SqlCommand("SELECT * FROM t WHERE name = '" + name + "'", connection); // expect: sql
        var safe = new SqlCommand("SELECT * FROM t WHERE name = @name", connection);
        safe.Parameters.AddWithValue("@name", name);
        var third = connection.CreateCommand();
        third.CommandText = $"DELETE FROM t WHERE name = '{name}'"; // expect: sql
        connection.Query($"SELECT * FROM t WHERE name = '{name}'"); // expect: sql
        connection.Query("SELECT * FROM t WHERE name = @name", new { name });
        var sort = request.QueryStringParameters["sort"];
        if (Columns.Contains(sort))
        {
            connection.Query("SELECT * FROM t ORDER BY " + sort);
        }
        var builder = new StringBuilder("SELECT * FROM t");
        builder.Append(" WHERE name = '").Append(name).Append("'");
        connection.Execute(builder.ToString()); // expect: sql
        if (int.TryParse(request.PathParameters["id"], out var id))
        {
            connection.Query("SELECT * FROM t WHERE id = " + id);
        }
        var order = JsonSerializer.Deserialize<Order>(request.Body);
        connection.Execute("DELETE FROM t WHERE name = '" + order.Name + "'"); // expect: sql
        connection.Execute("DELETE FROM t WHERE name = " + int.Parse(order.Name));
        return new APIGatewayProxyResponse // expect: html
        {
            StatusCode = 200,
            Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html" },
            Body = "<h1>" + name + "</h1>",
        };
    }

    public class Order
    {
        public string Name { get; set; }
        public int Count { get; set; }
    }
}

public class Uploads
{
    public void Handle(S3Event evnt, ILambdaContext context)
    {
        foreach (var record in evnt.Records)
        {
            var key = record.S3.Object.Key;
            File.ReadAllText("/tmp/" + key); // expect: path
            File.Delete(Path.Combine("/tmp", key)); // expect: path
            File.ReadAllText(Path.Combine("/tmp", Path.GetFileName(key)));
            using var stream = new FileStream("/tmp/" + key, FileMode.Open); // expect: path
            Process.Start("/bin/sh", "-c \"convert " + key + "\""); // expect: command
            var info = new ProcessStartInfo("bash", $"-c \"ls {key}\""); // expect: command
            Process.Start(info);
            Process.Start(new ProcessStartInfo { FileName = "bash", Arguments = "-c " + key }); // expect: command
            var full = Path.GetFullPath(Path.Combine("/tmp", key));
            if (!full.StartsWith("/tmp/"))
            {
                return;
            }
            File.Delete(full);
        }
    }
}

public class Messages
{
    public async Task Handle(SQSEvent evnt, ILambdaContext context)
    {
        foreach (var message in evnt.Records)
        {
            Run(message.Body);
        }
    }

    private void Run(string text)
    {
        Process.Start("bash", "-c " + text); // expect: command
    }
}
