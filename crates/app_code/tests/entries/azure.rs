//! Azure Functions: decorators, registrations, attributes and annotations.

use crate::check;

#[test]
fn functions_of_python_are_told_by_their_decorators() {
    let code = "import os\nimport azure.functions as func\napp = func.FunctionApp()\n\n\
                @app.route(route='x/{name}', auth_level=func.AuthLevel.ANONYMOUS)\n\
                def web(req: func.HttpRequest) -> func.HttpResponse:\n    \
                os.system(req.params.get('q'))  # expect: command attacker\n    \
                os.system(req.get_json()['q'])  # expect: command attacker\n    \
                os.system(req.route_params['name'])  # expect: command attacker\n    \
                os.system(req.method)\n\n\
                @app.function_name('w')\n@app.queue_trigger(arg_name='m', queue_name='q', connection='c')\n\
                def work(m: func.QueueMessage):\n    \
                os.system(m.get_body().decode())  # expect: command producer\n    os.system(m.id)\n\n\
                @app.service_bus_queue_trigger(arg_name='m', queue_name='q', connection='c')\n\
                def bus(m: func.ServiceBusMessage):\n    \
                os.system(m.get_body().decode())  # expect: command producer\n\n\
                @app.event_hub_message_trigger(arg_name='e', event_hub_name='h', connection='c')\n\
                def hub(e: func.EventHubEvent):\n    \
                os.system(e.get_body().decode())  # expect: command producer\n    \
                os.system(e.offset)\n\n\
                @app.event_grid_trigger(arg_name='e')\ndef grid(e: func.EventGridEvent):\n    \
                os.system(e.get_json()['x'])  # expect: command producer\n    os.system(e.id)\n\n\
                @app.blob_trigger(arg_name='b', path='p/{name}', connection='c')\n\
                def blob(b: func.InputStream):\n    \
                os.system(b.name)  # expect: command uploader\n    os.system(str(b.length))\n\n\
                @app.cosmos_db_trigger(arg_name='d', database_name='d', container_name='c', connection='c')\n\
                def changed(d: func.DocumentList):\n    \
                os.system(d[0]['name'])  # expect: command stored\n\n\
                @app.timer_trigger(schedule='0 * * * * *', arg_name='t')\n\
                def tick(t: func.TimerRequest):\n    os.system(str(t.past_due))\n";
    check("function_app.py", code, None);
}

#[test]
fn functions_of_node_are_told_by_their_registration() {
    let code = "const { app } = require('@azure/functions');\n\
                const { execSync } = require('child_process');\n\
                app.http('web', { methods: ['POST'], authLevel: 'anonymous',\n  \
                handler: async (request, context) => {\n    \
                execSync(request.query.get('q')); // expect: command attacker\n    \
                execSync((await request.json()).q); // expect: command attacker\n    \
                execSync(request.method);\n    execSync(context.invocationId);\n  } });\n\
                app.storageQueue('work', { queueName: 'q', connection: 'c',\n  \
                handler: (message, context) => {\n    \
                execSync(message); // expect: command producer\n  } });\n\
                app.storageBlob('blob', { path: 'p/{name}', connection: 'c',\n  \
                handler: (blob, context) => {\n    \
                execSync(context.triggerMetadata.name); // expect: command producer\n  } });\n\
                app.timer('tick', { schedule: 'x', handler: (timer) => {\n  \
                execSync(timer.schedule);\n} });\n";
    check("app.js", code, None);
    let old = "const { execSync } = require('child_process');\n\
               module.exports = async function (context, req) {\n  \
               execSync(req.query.q); // expect: command attacker\n  \
               execSync(req.body.q); // expect: command attacker\n  \
               execSync(context.invocationId);\n};\n";
    check("index.js", old, Some(("", &["azure-http"])));
}

#[test]
fn functions_of_csharp_are_told_by_their_attributes() {
    let isolated = "using Microsoft.Azure.Functions.Worker;\n\
        using Microsoft.Azure.Functions.Worker.Http;\nusing System.Diagnostics;\n\nnamespace X;\n\n\
        public class Web {\n  [Function(\"Web\")]\n  \
        public HttpResponseData Run([HttpTrigger(AuthorizationLevel.Anonymous, \"get\")] \
        HttpRequestData req) {\n    \
        Process.Start(req.Query[\"q\"]); // expect: command attacker\n    \
        Process.Start(req.Method);\n    return req.CreateResponse();\n  }\n\n  \
        [Function(\"Work\")]\n  \
        public void Work([QueueTrigger(\"q\")] string message, FunctionContext context) {\n    \
        Process.Start(message); // expect: command producer\n    \
        Process.Start(context.InvocationId);\n  }\n\n  [Function(\"Tick\")]\n  \
        public void Tick([TimerTrigger(\"0 * * * * *\")] TimerInfo timer) {\n    \
        Process.Start(timer.ScheduleStatus.ToString());\n  }\n\n  [Function(\"Blob\")]\n  \
        public void Blob([BlobTrigger(\"p/{name}\")] string text, string name) {\n    \
        Process.Start(name); // expect: command uploader\n  }\n}\n";
    check("Web.cs", isolated, None);
    let in_process = "using Microsoft.AspNetCore.Http;\nusing Microsoft.AspNetCore.Mvc;\n\
        using Microsoft.Azure.WebJobs;\nusing Microsoft.Azure.WebJobs.Extensions.Http;\n\
        using System.Diagnostics;\n\npublic static class Web {\n  [FunctionName(\"Web\")]\n  \
        public static IActionResult Run([HttpTrigger(AuthorizationLevel.Function, \"get\")] \
        HttpRequest req, ILogger log) {\n    \
        Process.Start(req.Query[\"q\"]); // expect: command attacker\n    \
        Process.Start(req.Method);\n    return new OkResult();\n  }\n}\n";
    check("Web.cs", in_process, None);
}

#[test]
fn functions_of_java_are_told_by_their_annotations() {
    let code = "package x;\nimport com.microsoft.azure.functions.*;\n\
        import com.microsoft.azure.functions.annotation.*;\nimport java.util.Optional;\n\n\
        public class Web {\n  @FunctionName(\"web\")\n  public HttpResponseMessage run(\n      \
        @HttpTrigger(name = \"req\", methods = {HttpMethod.GET}) \
        HttpRequestMessage<Optional<String>> req,\n      final ExecutionContext context) \
        throws Exception {\n    \
        Runtime.getRuntime().exec(req.getQueryParameters().get(\"q\")); // expect: command attacker\n    \
        Runtime.getRuntime().exec(req.getBody().get()); // expect: command attacker\n    \
        Runtime.getRuntime().exec(context.getInvocationId());\n    return null;\n  }\n\n  \
        @FunctionName(\"work\")\n  public void work(@QueueTrigger(name = \"m\", queueName = \"q\", \
        connection = \"c\") String message, final ExecutionContext context) throws Exception {\n    \
        Runtime.getRuntime().exec(message); // expect: command producer\n  }\n}\n";
    check("Web.java", code, None);
}
