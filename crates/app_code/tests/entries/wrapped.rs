//! Handlers that stand behind something: wrappers, decorators, re-exports, adapters of frameworks.

use crate::{check, check_all};

const HTTP: Option<(&str, &[&str])> = Some(("handler", &["http-api"]));

#[test]
fn wrappers_keep_the_event_of_the_trigger() {
    let mut codes = Vec::new();
    for wrapped in [
        "import middy from '@middy/core';\nexport const handler = middy(run);",
        "import middy from '@middy/core';\nimport json from '@middy/http-json-body-parser';\n\
         export const handler = middy(run).use(json());",
        "import middy from '@middy/core';\n\
         export const handler = middy().use(json()).handler(run);",
        "import * as Sentry from '@sentry/serverless';\n\
         export const handler = Sentry.AWSLambda.wrapHandler(run);",
        "import * as Sentry from '@sentry/aws-serverless';\n\
         export const handler = Sentry.wrapHandler(run);",
        "import { datadog } from 'datadog-lambda-js';\nexport const handler = datadog(run);",
        "import { makeIdempotent } from '@aws-lambda-powertools/idempotency';\n\
         export const handler = makeIdempotent(run, { persistenceStore });",
        "export const handler = own(run);\n\
         function own(inner) { return async (event, context) => inner(event, context); }",
        "export const handler = awslambda.streamifyResponse(run);",
        "module.exports = { handler: run };",
        "exports.handler = run;",
        "module.exports.handler = run;",
        "export { run as handler };",
    ] {
        let code = format!(
            "{wrapped}\nasync function run(event) {{\n  \
             require('child_process').execSync(event.body); // expect: command attacker\n  \
             require('child_process').execSync(event.requestContext.requestId);\n}}\n"
        );
        codes.push(code);
    }
    check_all("app.js", &codes, HTTP);
}

#[test]
fn handlers_of_other_files_are_found_where_they_are_passed_on() {
    let inner = "=== x.ts\nimport { execSync } from 'child_process';\n\
                 export const handler = async (event) => {\n  \
                 execSync(event.body); // expect: command attacker\n};\nexport default handler;\n";
    let mut codes = Vec::new();
    for outer in [
        "export { handler } from './x';",
        "export * from './x';",
        "import { handler } from './x';\nexport { handler };",
        "import inner from './x';\nexport const handler = inner;",
        "export { default as handler } from './x';",
        "const x = require('./x');\nexports.handler = x.handler;",
        "module.exports = require('./x');",
    ] {
        codes.push(format!("=== index.ts\n{outer}\n{inner}"));
    }
    check_all("index.ts", &codes, HTTP);
    let python = "=== app.py\nfrom inner import run as handler\n=== inner.py\nimport os\n\n\
                  def run(event, context):\n    os.system(event['body'])  # expect: command attacker\n";
    check("app.py", python, HTTP);
}

#[test]
fn decorators_of_python_keep_the_event() {
    let mut codes = Vec::new();
    for decorators in [
        "@logger.inject_lambda_context",
        "@logger.inject_lambda_context(log_event=False)\n@tracer.capture_lambda_handler",
        "@metrics.log_metrics(capture_cold_start_metric=True)",
        "@own",
        "@functools.lru_cache",
        "@sentry_sdk.serverless.serverless_function",
        "@datadog_lambda_wrapper",
        "@idempotent(persistence_store=store)",
    ] {
        let code = format!(
            "import os, functools, sentry_sdk\n\
             from aws_lambda_powertools import Logger, Metrics, Tracer\n\
             from aws_lambda_powertools.utilities.idempotency import idempotent\n\
             from datadog_lambda.wrapper import datadog_lambda_wrapper\n\
             logger, tracer, metrics = Logger(), Tracer(), Metrics()\n\n\
             def own(inner):\n    @functools.wraps(inner)\n    def run(event, context):\n        \
             return inner(event, context)\n    return run\n\n\
             {decorators}\ndef handler(event, context):\n    \
             os.system(event['body'])  # expect: command attacker\n    \
             os.system(event['requestContext']['requestId'])\n"
        );
        codes.push(code);
    }
    check_all("app.py", &codes, HTTP);
}

#[test]
fn adapters_run_the_routes_of_a_framework() {
    let mut codes = Vec::new();
    for (framework, adapter) in [
        (
            "flask",
            "import serverless_wsgi\ndef handler(event, context):\n    \
                   return serverless_wsgi.handle_request(app, event, context)",
        ),
        ("flask", "from apig_wsgi import make_lambda_handler\nhandler = make_lambda_handler(app)"),
        (
            "flask",
            "import awsgi\ndef handler(event, context):\n    \
                   return awsgi.response(app, event, context)",
        ),
        ("flask", "handler = app"),
        ("flask", ""),
    ] {
        let code = format!(
            "import os\nfrom {framework} import Flask, request\napp = Flask(__name__)\n\n\
             @app.route('/x/<name>')\ndef view(name):\n    \
             os.system(name)  # expect: command attacker\n    \
             os.system(request.args['q'])  # expect: command attacker\n    \
             os.system(request.method)\n\n{adapter}\n"
        );
        codes.push(code);
    }
    check_all("app.py", &codes, HTTP);
    let mut codes = Vec::new();
    for adapter in ["from mangum import Mangum\nhandler = Mangum(app)", "handler = app"] {
        let code = format!(
            "import os\nfrom fastapi import FastAPI, Request\napp = FastAPI()\n\n\
             @app.get('/x/{{name}}')\nasync def view(name: str, size: int, request: Request):\n    \
             os.system(name)  # expect: command attacker\n    os.system(str(size))\n    \
             os.system(request.query_params['q'])  # expect: command attacker\n    \
             os.system(request.method)\n\n{adapter}\n"
        );
        codes.push(code);
    }
    check_all("app.py", &codes, HTTP);
    let mut codes = Vec::new();
    for adapter in [
        "const serverless = require('serverless-http');\nmodule.exports.handler = serverless(app);",
        "const s = require('aws-serverless-express');\nconst server = s.createServer(app);\n\
         exports.handler = (event, context) => s.proxy(server, event, context);",
        "const s = require('@codegenie/serverless-express');\nexports.handler = s({ app });",
        // The web adapter runs the server as it stands.
        "app.listen(8080);",
    ] {
        let code = format!(
            "const express = require('express');\n\
             const {{ execSync }} = require('child_process');\nconst app = express();\n\
             app.get('/x/:name', (req, res) => {{\n  \
             execSync(req.params.name); // expect: command attacker\n  \
             execSync(req.query.q); // expect: command attacker\n  execSync(req.method);\n}});\n\
             {adapter}\n"
        );
        codes.push(code);
    }
    check_all("app.js", &codes, HTTP);
    let hono = "import { Hono } from 'hono';\nimport { handle } from 'hono/aws-lambda';\n\
                import { execSync } from 'child_process';\nconst app = new Hono();\n\
                app.get('/x/:name', async (c) => {\n  \
                execSync(c.req.param('name')); // expect: command attacker\n  \
                execSync(c.req.query('q')); // expect: command attacker\n  \
                execSync(c.req.method);\n  return c.text('x');\n});\n\
                export const handler = handle(app);\n";
    check("app.ts", hono, HTTP);
}

#[test]
fn a_program_that_starts_its_handler_gets_the_event_of_the_trigger() {
    let code = "package main\n\nimport (\n\t\"context\"\n\t\"os/exec\"\n\n\
                \t\"github.com/aws/aws-lambda-go/lambda\"\n)\n\n\
                func handle(ctx context.Context, event map[string]any) error {\n\
                \texec.Command(\"sh\", \"-c\", event[\"body\"].(string)).Run() // expect: command attacker\n\
                \texec.Command(\"sh\", \"-c\", event[\"version\"].(string)).Run()\n\treturn nil\n}\n\n\
                func main() {\n\tlambda.Start(handle)\n}\n";
    check("main.go", code, Some(("main", &["http-api"])));
}
