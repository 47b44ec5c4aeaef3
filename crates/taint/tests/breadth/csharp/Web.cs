using System;
using System.Data;
using System.DirectoryServices;
using System.IO;
using System.Net.Http;
using System.Runtime.Serialization.Formatters.Binary;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Newtonsoft.Json;

namespace Shop;

[ApiController]
[Route("orders")]
public class OrderController : ControllerBase
{
    private readonly ShopContext _context;
    private readonly HttpClient _client = new HttpClient();

    [HttpGet("{name}")]
    public IActionResult Get(string name, [FromQuery] string url, int page)
    {
        _context.Orders.FromSqlRaw("SELECT * FROM o WHERE name = '" + name + "'"); // expect: sql?
        _context.Orders.FromSqlRaw("SELECT * FROM o WHERE name = {0}", name);
        _context.Orders.FromSqlInterpolated($"SELECT * FROM o WHERE name = {name}");
        _context.Database.ExecuteSqlRaw($"DELETE FROM o WHERE name = '{name}'"); // expect: sql?
        _context.Database.ExecuteSqlRaw("DELETE FROM o WHERE page = " + page);
        _client.GetAsync(url); // expect: url
        _client.GetStringAsync("https://api.example.com/?q=" + name);
        return Redirect(url); // expect: redirect
    }

    [HttpPost]
    public IActionResult Create([FromBody] string body)
    {
        var formatter = new BinaryFormatter();
        formatter.Deserialize(new MemoryStream(Convert.FromBase64String(body))); // expect: deserialization
        JsonConvert.DeserializeObject(body, new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All }); // expect: deserialization
        JsonConvert.DeserializeObject<string>(body);
        var doc = new XmlDocument();
        doc.XmlResolver = new XmlUrlResolver();
        doc.LoadXml(body); // expect: xml?
        doc.SelectNodes("//user[@name='" + body + "']"); // expect: xpath
        var searcher = new DirectorySearcher();
        searcher.Filter = "(uid=" + body + ")"; // expect: ldap
        Regex.IsMatch("x", body); // expect: regex
        Regex.IsMatch(body, "^[a-z]+$");
        new HtmlString("<b>" + body + "</b>"); // expect: html
        try
        {
            System.IO.File.ReadAllText("/data/" + body); // expect: path
            return Ok("ok");
        }
        catch (Exception e)
        {
            return StatusCode(500, e.ToString()); // expect: error
        }
    }

    public void Remarks()
    {
        MD5.Create(); // expect: !weak-hash
        SHA256.Create();
        DES.Create(); // expect: !weak-cipher
        Aes.Create();
        new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }; // expect: !disabled-tls-verification
    }
}

public static class Program
{
    public static void Main(string[] args)
    {
        var app = WebApplication.CreateBuilder(args).Build();
        app.MapGet("/files/{name}", (string name) => File.ReadAllText("/data/" + name)); // expect: path
        app.MapGet("/files/{id}", (int id) => File.ReadAllText("/data/" + id));
        app.Run();
    }
}
