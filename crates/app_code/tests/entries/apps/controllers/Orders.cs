using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Amazon.Lambda.Annotations;
using Amazon.Lambda.Annotations.APIGateway;

namespace X;

public class Order
{
    public string Name { get; set; }
    public int Size { get; set; }
}

public class Runner
{
    public void Run(string x) => Process.Start("sh", "-c " + x); // expect: command attacker
}

[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly Runner _runner;
    public OrdersController(Runner runner) { _runner = runner; }

    [HttpGet("{name}")]
    public IActionResult Show(string name, [FromQuery] string q, [FromHeader] string h)
    {
        _runner.Run(name);
        Process.Start("sh", "-c " + q); // expect: command attacker
        Process.Start("sh", "-c " + h); // expect: command attacker
        return Ok(name);
    }

    [HttpPost]
    public IActionResult Make([FromBody] Order order)
    {
        Process.Start("sh", "-c " + order.Name); // expect: command attacker
        Process.Start("sh", "-c " + order.Size);
        return Ok(order);
    }
}

public class Functions
{
    [LambdaFunction]
    [RestApi(LambdaHttpMethod.Get, "/x/{name}")]
    public string Get(string name, [FromQuery] string q)
    {
        Process.Start("sh", "-c " + name); // expect: command attacker
        Process.Start("sh", "-c " + q); // expect: command attacker
        return name;
    }
}
