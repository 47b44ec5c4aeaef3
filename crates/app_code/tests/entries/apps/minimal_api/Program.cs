using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAWSLambdaHosting(LambdaEventSource.HttpApi);
var app = builder.Build();

app.MapGet("/x/{name}", (string name, int n) =>
{
    Process.Start("sh", "-c " + name); // expect: command attacker
    Process.Start("sh", "-c " + n);
    return Results.Ok(name);
});
app.MapPost("/y", async (HttpRequest request) =>
{
    var form = await request.ReadFormAsync();
    Process.Start("sh", "-c " + form["x"]); // expect: command attacker
    Process.Start("sh", "-c " + request.Query["q"]); // expect: command attacker
    return Results.Redirect(request.Query["to"]); // expect: redirect attacker
});
app.MapPost("/z", (Order order) =>
{
    Process.Start("sh", "-c " + order.Name); // expect: command attacker
    return Results.Content("<b>" + order.Name, "text/html"); // expect: html attacker
});
app.Run();

public record Order(string Name, int Size);
