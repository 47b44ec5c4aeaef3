//! Frameworks whose routes start the code.

use crate::check;

#[test]
fn views_of_django_and_chalice_get_requests() {
    let django = "=== views.py\nimport os\n\ndef show(request, name):\n    \
                  os.system(name)  # expect: command attacker\n    \
                  os.system(request.GET['q'])  # expect: command attacker\n    \
                  os.system(request.method)\n\
                  === urls.py\nfrom django.urls import path\nfrom . import views\n\n\
                  urlpatterns = [path('x/<str:name>', views.show)]\n";
    check("views.py", django, None);
    let chalice = "import os\nfrom chalice import Chalice\napp = Chalice(app_name='x')\n\n\
                   @app.route('/x/{name}')\ndef show(name):\n    \
                   os.system(name)  # expect: command attacker\n    \
                   os.system(app.current_request.json_body['q'])  # expect: command attacker\n    \
                   os.system(app.current_request.method)\n\n\
                   @app.on_sqs_message(queue='q')\ndef work(event):\n    for record in event:\n        \
                   os.system(record.body)  # expect: command producer\n\n\
                   @app.on_s3_event(bucket='b')\ndef store(event):\n    \
                   os.system(event.key)  # expect: command uploader\n    os.system(event.bucket)\n\n\
                   @app.schedule('rate(1 hour)')\ndef tick(event):\n    os.system(event.time)\n";
    check("app.py", chalice, None);
}

#[test]
fn controllers_of_nest_and_spring_get_marked_parameters() {
    let nest = "import { Body, Controller, Param, Post } from '@nestjs/common';\n\
                import { execSync } from 'child_process';\n\n@Controller('orders')\n\
                export class Orders {\n  constructor(private readonly service: Service) {}\n  \
                @Post(':id')\n  make(@Param('id') id: string, @Body() order: Order) {\n    \
                execSync(id); // expect: command attacker\n    \
                execSync(order.name); // expect: command attacker\n    \
                execSync(this.service.name);\n  }\n}\n";
    check("orders.ts", nest, None);
    let spring = "package x;\nimport org.springframework.web.bind.annotation.*;\n\n\
                  @RestController\npublic class Orders {\n  @GetMapping(\"/x/{name}\")\n  \
                  public String show(@PathVariable String name, @RequestParam String q) \
                  throws Exception {\n    \
                  Runtime.getRuntime().exec(name); // expect: command attacker\n    \
                  Runtime.getRuntime().exec(q); // expect: command attacker\n    \
                  Runtime.getRuntime().exec(\"ls\");\n    return \"x\";\n  }\n}\n";
    check("Orders.java", spring, None);
}

#[test]
fn handlers_of_gin_get_contexts() {
    let gin = "package main\n\nimport (\n\t\"os/exec\"\n\n\t\"github.com/gin-gonic/gin\"\n)\n\n\
               func main() {\n\tr := gin.Default()\n\tr.GET(\"/x/:name\", show)\n\tr.Run()\n}\n\n\
               func show(c *gin.Context) {\n\
               \texec.Command(\"sh\", \"-c\", c.Param(\"name\")).Run() // expect: command attacker\n\
               \texec.Command(\"sh\", \"-c\", c.Query(\"q\")).Run() // expect: command attacker\n\
               \texec.Command(\"sh\", \"-c\", c.Request.Method).Run()\n}\n";
    check("main.go", gin, None);
}
