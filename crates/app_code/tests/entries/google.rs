//! Google Cloud Functions: HTTP functions, cloud events, background functions.

use crate::check;

#[test]
fn functions_of_python_get_requests_and_events() {
    let code = "import os, base64\nimport functions_framework\n\n@functions_framework.http\n\
                def web(request):\n    os.system(request.args['q'])  # expect: command attacker\n    \
                os.system(request.get_json()['q'])  # expect: command attacker\n    \
                os.system(request.method)\n\n@functions_framework.cloud_event\ndef event(e):\n    \
                os.system(base64.b64decode(e.data['message']['data']))  # expect: command producer\n    \
                os.system(e.data['name'])  # expect: command uploader\n    os.system(e['id'])\n    \
                os.system(e.data['bucket'])\n";
    check("main.py", code, None);
    let background = "import os\nfrom google.cloud import storage\n\n\
                      def stored(event, context):\n    \
                      os.system(event['name'])  # expect: command uploader\n    \
                      os.system(event['bucket'])\n    os.system(context.event_id)\n";
    check("main.py", background, Some(("stored", &["google-background"])));
}

#[test]
fn functions_of_node_get_requests_and_events() {
    let code = "const functions = require('@google-cloud/functions-framework');\n\
                const { execSync } = require('child_process');\n\
                functions.http('web', (req, res) => {\n  \
                execSync(req.query.q); // expect: command attacker\n  \
                execSync(req.body.q); // expect: command attacker\n  execSync(req.method);\n});\n\
                functions.cloudEvent('event', (e) => {\n  \
                execSync(e.data.message.data); // expect: command producer\n  \
                execSync(e.id);\n});\n\
                exports.plain = (req, res) => {\n  \
                execSync(req.query.q); // expect: command attacker\n  execSync(req.method);\n  \
                res.send('x');\n};\n";
    check("index.js", code, None);
}

#[test]
fn functions_of_go_and_java_get_requests() {
    let go = "package x\n\nimport (\n\t\"net/http\"\n\t\"os/exec\"\n\n\
        \t\"github.com/GoogleCloudPlatform/functions-framework-go/functions\"\n)\n\n\
        func init() {\n\tfunctions.HTTP(\"Web\", web)\n}\n\n\
        func web(w http.ResponseWriter, r *http.Request) {\n\
        \texec.Command(\"sh\", \"-c\", r.URL.Query().Get(\"q\")).Run() // expect: command attacker\n\
        \texec.Command(\"sh\", \"-c\", r.Header.Get(\"X\")).Run() // expect: command attacker\n\
        \texec.Command(\"sh\", \"-c\", r.Method).Run()\n}\n";
    check("main.go", go, None);
    let events = "package x\n\nimport (\n\t\"context\"\n\t\"os/exec\"\n\n\
        \t\"github.com/GoogleCloudPlatform/functions-framework-go/functions\"\n\
        \t\"github.com/cloudevents/sdk-go/v2/event\"\n)\n\n\
        func init() {\n\tfunctions.CloudEvent(\"Work\", work)\n}\n\n\
        func work(ctx context.Context, e event.Event) error {\n\
        \texec.Command(\"sh\", \"-c\", string(e.Data())).Run() // expect: command uploader\n\
        \texec.Command(\"sh\", \"-c\", e.ID()).Run()\n\treturn nil\n}\n";
    check("main.go", events, None);
    let java = "package x;\nimport com.google.cloud.functions.*;\n\n\
        public class Web implements HttpFunction {\n  \
        public void service(HttpRequest request, HttpResponse response) throws Exception {\n    \
        Runtime.getRuntime().exec(request.getFirstQueryParameter(\"q\").get()); // expect: command attacker\n    \
        Runtime.getRuntime().exec(request.getMethod());\n  }\n}\n";
    check("Web.java", java, None);
}
