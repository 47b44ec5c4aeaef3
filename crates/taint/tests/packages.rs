//! Calls into other packages of the program, which no file names: Java, C#.

mod marked_code;

use marked_code::check;

#[test]
fn classes_of_other_packages_of_java_are_followed() {
    check(
        "P.java",
        "=== com/x/P.java\n\
         package com.x;\n\
         import com.amazonaws.services.lambda.runtime.*;\n\
         import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;\n\
         import com.x.dao.Dao;\n\
         import com.x.more.*;\n\
         import static com.x.dao.Dao.alone;\n\
         public class P implements RequestHandler<APIGatewayProxyRequestEvent, String> {\n\
           private final Dao dao = new Dao();\n\
           public String handleRequest(APIGatewayProxyRequestEvent event, Context context) {\n\
             dao.run(event.getBody());\n\
             alone(event.getBody());\n\
             new Other().run(event.getBody());\n\
             return \"ok\";\n\
           }\n\
         }\n\
         === com/x/dao/Dao.java\n\
         package com.x.dao;\n\
         public class Dao {\n\
           public void run(String x) throws Exception {\n\
             Runtime.getRuntime().exec(\"a \" + x); // expect: command\n\
             Runtime.getRuntime().exec(\"a\");\n\
           }\n\
           public static void alone(String x) throws Exception {\n\
             Runtime.getRuntime().exec(\"b \" + x); // expect: command\n\
           }\n\
         }\n\
         === com/x/more/Other.java\n\
         package com.x.more;\n\
         public class Other {\n\
           public void run(String x) throws Exception {\n\
             Runtime.getRuntime().exec(\"c \" + x); // expect: command\n\
           }\n\
         }\n",
    );
}

#[test]
fn classes_of_other_namespaces_of_csharp_are_followed() {
    check(
        "Function.cs",
        "=== Function.cs\n\
         using Amazon.Lambda.APIGatewayEvents;\n\
         using Amazon.Lambda.Core;\n\
         using A.Svc;\n\
         namespace A.Web;\n\
         public class Function {\n\
           private readonly IDao _dao = new Dao();\n\
           public string Handle(APIGatewayProxyRequest request, ILambdaContext context) {\n\
             _dao.Run(request.Body);\n\
             Around.Run(request.Body);\n\
             return \"\";\n\
           }\n\
         }\n\
         === Svc/Dao.cs\n\
         namespace A.Svc;\n\
         public interface IDao { void Run(string x); }\n\
         public class Dao : IDao {\n\
           public void Run(string x) {\n\
             System.IO.File.ReadAllText(\"/a/\" + x); // expect: path\n\
           }\n\
         }\n\
         === Around.cs\n\
         namespace A;\n\
         public class Around {\n\
           public static void Run(string x) {\n\
             System.IO.File.ReadAllText(\"/b/\" + x); // expect: path\n\
           }\n\
         }\n",
    );
}
