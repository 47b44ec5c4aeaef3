using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.Core;

namespace Shop
{
    public class Guards
    {
        private static readonly HashSet<string> Allowed = new HashSet<string> { "a", "b" };

        public string Handle(APIGatewayProxyRequest request, ILambdaContext context)
        {
            var full = Path.GetFullPath(Path.Combine("/x/", request.QueryStringParameters["a"]));
            File.ReadAllText(full); // expect: path
            if (!full.StartsWith("/x/")) return "";
            File.ReadAllText(full);
            var joined = Path.Combine("/x/", request.QueryStringParameters["b"]);
            if (!joined.StartsWith("/x/")) return "";
            File.ReadAllText(joined); // expect: path
            var c = request.QueryStringParameters["c"];
            if (!Allowed.Contains(c)) return "";
            File.ReadAllText("/x/" + c);
            var d = request.QueryStringParameters["d"];
            if (Regex.IsMatch(d, "[a-z]+")) File.ReadAllText("/x/" + d); // expect: path
            if (!Regex.IsMatch(d, "^[a-z]+$")) return "";
            File.ReadAllText("/x/" + d);
            return "";
        }
    }
}
