using System;
using System.Collections.Generic;
using System.Linq;
using Amazon.Lambda.APIGatewayEvents;
using static System.Math;

[assembly: LambdaSerializer(typeof(Serializer))]
namespace Shop.Orders;

public record Line(string Sku, int Count = 1);
public delegate int Count(params string[] words);
public enum State { Open = 1, Closed }

public class Function<T>(ILogger logger) : Base, IDisposable where T : class, new()
{
    private readonly Dictionary<string, List<int>> names = new() { ["a"] = [1, 2], ["b"] = new List<int> { 3 } };
    public string Name { get; init; } = "none";
    public int this[int at] => names["a"][at];
    public event EventHandler? Done;
    public static Function<T> operator +(Function<T> a, Function<T> b) => a;

    public async Task<APIGatewayProxyResponse> Handler(APIGatewayProxyRequest request, ILambdaContext context)
    {
        var id = request.QueryStringParameters?["id"] ?? throw new ArgumentException(nameof(request));
        var (first, _) = (id[0], id[^1]);
        string sql = $"select * from orders where id = '{id}' and n = {Max(1, 2):D2}", raw = @"c:\x""y", more = """a "quoted" text""";
        await using var connection = new SqlConnection(Environment.GetEnvironmentVariable("DB"));
        using (var command = new SqlCommand(sql, connection) { CommandTimeout = 3 })
        lock (names)
        {
            foreach (var (key, value) in names) logger.Log(key + value.Count);
        }
        var found = from line in new[] { new Line("a"), new Line("b", 2) }
                    where line.Count > 1 orderby line.Sku descending
                    let twice = line.Count * 2
                    select new { line.Sku, twice };
        try { checked { first++; } goto end; }
        catch (Exception error) when (error is IOException { Message.Length: > 3 } or TimeoutException) { throw; }
        finally { Done?.Invoke(this, EventArgs.Empty); }
    end:
        var word = id switch { "a" or "b" => 1, { Length: > 3 and < 9 } text => text.Length, [var head, .. var tail] => head, not null => 2, _ => 0 };
        switch (word) { case 1 when id != "": case > 5: break; default: for (int i = 0; i < 3; i++) { if (i is int n && n == 2) continue; } break; }
        Func<int, int> twice2 = static x => { int Local(int y) => x * y; return Local(2); };
        if (!int.TryParse(id, out var number)) return new() { StatusCode = 400, Body = raw[1..^2] + more };
        do { number -= 1; } while (number > 0);
        return new APIGatewayProxyResponse { StatusCode = 200, Body = found.First().Sku + twice2(number) as string };
    }

    public void Dispose() => GC.SuppressFinalize(this);
}
