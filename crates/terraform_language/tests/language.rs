//! The language: expressions, functions, modules, instances.

mod memory;

use memory::{Memory, json, resource};

/// The value of `x = EXPRESSION` in a resource, as JSON.
fn value(expression: &str) -> String {
    let files =
        Memory::of(&[("main.tf", &format!("resource \"t_r\" \"a\" {{\n x = {expression}\n}}"))]);
    let it = files.evaluate();
    resource(&it, "t_r.a").body.get("x").map_or_else(|| "none".to_owned(), json)
}

#[test]
fn functions_of_what_is_known_are_decided() {
    for (expression, expected) in [
        ("1 + 2 * 3", "7"),
        ("10 / 4", "2.5"),
        ("\"a${1 + 1}b\"", "\"a2b\""),
        ("join(\"-\", [\"a\", \"b\"])", "\"a-b\""),
        ("split(\",\", \"a,b\")", "[\"a\",\"b\"]"),
        ("format(\"%s-%03d-%[1]s\", \"x\", 7)", "\"x-007-x\""),
        ("formatlist(\"%s!\", [\"a\", \"b\"])", "[\"a!\",\"b!\"]"),
        ("merge({ a = 1 }, { b = 2 })", "{\"a\":1,\"b\":2}"),
        ("lookup({ a = 1 }, \"b\", 3)", "3"),
        ("concat([1], [2, 3])", "[1,2,3]"),
        ("toset([\"b\", \"a\", \"b\"])", "[\"a\",\"b\"]"),
        ("keys({ b = 1, a = 2 })", "[\"a\",\"b\"]"),
        ("values({ b = 1, a = 2 })", "[2,1]"),
        ("flatten([[1], [[2], 3]])", "[1,2,3]"),
        ("distinct([1, 1, 2])", "[1,2]"),
        ("element([1, 2], 3)", "2"),
        ("length([1, 2])", "2"),
        ("replace(\"a-b\", \"-\", \"_\")", "\"a_b\""),
        (r#"replace("task:12", "/:\\d+$/", ":*")"#, "\"task:*\""),
        (r#"replace("a-b", "/(\\w)-(\\w)/", "$2-$1")"#, "\"b-a\""),
        (r#"regex("[a-z]+", "12ab")"#, "\"ab\""),
        (r#"regex("(\\d)(\\d)", "12ab")"#, "[\"1\",\"2\"]"),
        (r#"regex("(?P<day>\\d+)", "12ab")"#, "{\"day\":\"12\"}"),
        (r#"length(regexall("a", "banana"))"#, "3"),
        (r#"try(regex("x", "y"), "none")"#, "\"none\""),
        ("lower(\"AB\")", "\"ab\""),
        ("title(\"a bc\")", "\"A Bc\""),
        ("trimsuffix(\"a.zip\", \".zip\")", "\"a\""),
        ("substr(\"hello\", 1, 3)", "\"ell\""),
        ("substr(\"hello\", -2, -1)", "\"lo\""),
        ("coalesce(null, \"\", \"a\")", "\"a\""),
        ("coalescelist([], [1])", "[1]"),
        ("compact([\"\", \"a\", null])", "[\"a\"]"),
        ("contains([\"a\"], \"a\")", "true"),
        ("zipmap([\"a\"], [1])", "{\"a\":1}"),
        ("try({ a = 1 }.b, 2)", "2"),
        ("can({ a = 1 }.b)", "false"),
        ("try(lower(null), \"none\")", "\"none\""),
        ("try([{ a = 1 }.b], [])", "[]"),
        ("can({ x = { a = 1 }.b })", "false"),
        ("tostring(1)", "\"1\""),
        ("tonumber(\"1\")", "1"),
        ("tobool(\"true\")", "true"),
        ("basename(\"a/b.txt\")", "\"b.txt\""),
        ("dirname(\"a/b.txt\")", "\"a\""),
        ("path.module", "\".\""),
        ("jsondecode(\"{\\\"a\\\": [1]}\").a[0]", "1"),
        ("yamldecode(\"a: 1\").a", "1"),
        (
            "\"${jsonencode({ b = 1, a = \"<\" })}!\"",
            "\"{\\\"a\\\":\\\"\\\\u003c\\\",\\\"b\\\":1}!\"",
        ),
        ("[for x in [1, 2, 3] : x * 2 if x > 1]", "[4,6]"),
        ("{ for k, v in { a = 1 } : upper(k) => v }", "{\"A\":1}"),
        (
            "{ for v in [\"ax\", \"ay\", \"b\"] : substr(v, 0, 1) => v... }",
            "{\"a\":[\"ax\",\"ay\"],\"b\":[\"b\"]}",
        ),
        ("[{ a = 1 }, { a = 2 }][*].a", "[1,2]"),
        ("true ? \"a\" : \"b\"", "\"a\""),
        ("!false && 1 < 2", "true"),
        ("\"%{ if true }yes%{ else }no%{ endif }\"", "\"yes\""),
        ("\"%{ for x in [1, 2] }${x},%{ endfor }\"", "\"1,2,\""),
        ("<<-EOT\n   a\n     b\n   EOT\n", "\"a\\n  b\\n\""),
        ("base64encode(\"foo\")", "\"Zm9v\""),
        ("max(1, 2)", "2"),
        ("concat([[1], [2]]...)", "[1,2]"),
        ("merge([{ a = 1 }, { b = 2 }]...)", "{\"a\":1,\"b\":2}"),
        ("null", "none"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn what_is_not_known_keeps_its_shape() {
    for (expression, expected) in [
        ("aws_iam_role.r.arn", r#"{"Fn::GetAtt":["aws_iam_role.r","arn"]}"#),
        ("aws_iam_role.r", r#"{"Fn::GetAtt":["aws_iam_role.r","id"]}"#),
        (
            "\"${aws_s3_bucket.b.arn}/*\"",
            r#"{"Fn::Join":["",[{"Fn::GetAtt":["aws_s3_bucket.b","arn"]},"/*"]]}"#,
        ),
        (
            "jsonencode({ Resource = aws_s3_bucket.b.arn })",
            r#"{"Fn::ToJsonString":{"Resource":{"Fn::GetAtt":["aws_s3_bucket.b","arn"]}}}"#,
        ),
        (
            "cidrsubnet(\"10.0.0.0/8\", 8, 1)",
            r#"{"Fn::Unresolved":"cidrsubnet(\"10.0.0.0/8\", 8, 1)"}"#,
        ),
        (
            "lower(aws_s3_bucket.b.id)",
            r#"{"Fn::Unresolved":["lower(aws_s3_bucket.b.id)",{"Fn::GetAtt":["aws_s3_bucket.b","id"]}]}"#,
        ),
        ("aws_vpc.v.subnets[0].id", r#"{"Fn::GetAtt":["aws_vpc.v","subnets.0.id"]}"#),
        ("aws_s3_bucket.b.arn == null", "false"),
        ("data.x_y.z.w", r#"{"Fn::GetAtt":["data.x_y.z","w"]}"#),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn an_undecided_conditional_keeps_both_branches_and_names_its_condition() {
    let files = Memory::of(&[(
        "main.tf",
        "variable \"env\" {}
         resource \"t_r\" \"a\" {
           x = var.env == \"prod\" ? 1 : 2
           y = \"${var.env}-x\"
         }
         resource \"t_r\" \"b\" { count = var.env == \"prod\" ? 1 : 0 }
         resource \"t_r\" \"c\" { count = 0 }",
    )]);
    let it = files.evaluate();
    let body = &resource(&it, "t_r.a").body;
    let condition = "var.env == \"prod\"";
    assert_eq!(json(body.get("x").unwrap()), r#"{"Fn::If":["var.env == \"prod\"",1,2]}"#);
    assert_eq!(json(body.get("y").unwrap()), r#"{"Fn::Join":["",[{"Ref":"var.env"},"-x"]]}"#);
    assert_eq!(
        json(it.conditions.get(condition).unwrap()),
        r#"{"Fn::Equals":[{"Ref":"var.env"},"prod"]}"#
    );
    let b = resource(&it, "t_r.b[0]");
    assert_eq!(b.condition, Some((condition.into(), true)));
    assert!(it.resources.iter().all(|block| block.name != "c"));
    assert!(it.variables.iter().any(|variable| variable.name == "env" && variable.value.is_none()));
}

#[test]
fn count_and_for_each_make_instances() {
    let files = Memory::of(&[(
        "main.tf",
        "locals { names = toset([\"a\", \"b\"]) }
         resource \"t_r\" \"n\" {\n count = 2\n i = count.index\n}
         resource \"t_r\" \"e\" {\n for_each = { x = { v = 1 }, y = { v = 2 } }\n k = each.key\n v = each.value.v\n}
         resource \"t_r\" \"s\" {\n for_each = local.names\n n = each.value\n}
         resource \"t_r\" \"u\" {\n for_each = var.unknown\n n = each.value.name\n}
         variable \"unknown\" {}
         resource \"t_r\" \"refs\" {
           all = t_r.n[*].arn
           one = t_r.e[\"x\"].arn
           map = { for k, r in t_r.e : k => r.arn }
         }",
    )]);
    let it = files.evaluate();
    assert_eq!(json(&resource(&it, "t_r.n[1]").body), r#"{"i":1}"#);
    assert_eq!(json(&resource(&it, "t_r.e[\"y\"]").body), r#"{"k":"y","v":2}"#);
    assert_eq!(json(&resource(&it, "t_r.s[\"b\"]").body), r#"{"n":"b"}"#);
    assert!(json(&resource(&it, "t_r.u[\"*\"]").body).contains("each.value.name"));
    let refs = &resource(&it, "t_r.refs").body;
    assert_eq!(
        json(refs.get("all").unwrap()),
        r#"[{"Fn::GetAtt":["t_r.n[0]","arn"]},{"Fn::GetAtt":["t_r.n[1]","arn"]}]"#
    );
    assert_eq!(json(refs.get("one").unwrap()), r#"{"Fn::GetAtt":["t_r.e[\"x\"]","arn"]}"#);
    assert!(
        json(refs.get("map").unwrap()).contains(r#""y":{"Fn::GetAtt":["t_r.e[\"y\"]","arn"]}"#)
    );
}

#[test]
fn nested_and_dynamic_blocks_are_lists_of_mappings() {
    let files = Memory::of(&[(
        "main.tf",
        "variable \"on\" { type = bool }
         resource \"t_r\" \"a\" {
           environment { variables = { A = \"b\" } }
           dynamic \"rule\" {
             for_each = [\"x\", \"y\"]
             iterator = it
             content { name = it.value }
           }
           dynamic \"maybe\" {
             for_each = var.on ? [1] : []
             content { v = maybe.value }
           }
           lifecycle { ignore_changes = [tags] }
           depends_on = [t_r.b]
         }",
    )]);
    let it = files.evaluate();
    let body = &resource(&it, "t_r.a").body;
    assert_eq!(
        json(body),
        r#"{"environment":[{"variables":{"A":"b"}}],"rule":[{"name":"x"},{"name":"y"}],"maybe":[{"Fn::If":["var.on",{"v":1},{"Ref":"AWS::NoValue"}]}]}"#
    );
}

#[test]
fn variables_come_from_files_in_order_and_fit_their_types() {
    let files = Memory::of(&[
        (
            "main.tf",
            "variable \"a\" { default = 1 }
             variable \"b\" {\n type = string\n default = 2\n}
             variable \"c\" { type = object({ x = string, y = optional(bool, true), z = optional(number) }) }
             variable \"s\" {\n type = set(string)\n default = [\"q\", \"p\", \"q\"]\n sensitive = true\n}
             resource \"t_r\" \"a\" {\n a = var.a\n b = var.b\n c = var.c\n s = var.s\n}",
        ),
        ("terraform.tfvars", "a = 5\nc = { x = 1 }"),
        ("z.auto.tfvars.json", "{\"a\": 6}"),
    ]);
    let it = files.evaluate();
    assert_eq!(
        json(&resource(&it, "t_r.a").body),
        r#"{"a":6,"b":"2","c":{"x":"1","y":true,"z":null},"s":["q","p"]}"#
    );
    assert!(it.variables.iter().any(|variable| variable.name == "s" && variable.sensitive));
    let options = terraform_language::Options {
        variables: [("a".into(), "7".into())].into_iter().collect(),
        ..Default::default()
    };
    let it = terraform_language::evaluate("", &options, &files);
    assert!(json(&resource(&it, "t_r.a").body).contains(r#""a":"7""#));
}

#[test]
fn modules_pass_inputs_and_outputs() {
    let files = Memory::of(&[
        (
            "app/main.tf",
            "module \"web\" {\n source = \"../modules/web\"\n for_each = toset([\"blue\"])\n name = \"n-${each.key}\"\n}
             module \"inner\" {\n source = \"./inner\"\n role = module.web[\"blue\"].role\n}
             module \"far\" {\n source = \"terraform-aws-modules/lambda/aws\"\n handler = \"x.y\"\n}
             module \"kept\" { source = \"acme/kept/aws\" }
             resource \"t_r\" \"a\" {\n far = module.far.arn\n kept = module.kept.it\n}",
        ),
        (
            "modules/web/main.tf",
            "variable \"name\" {}
             resource \"aws_iam_role\" \"r\" {\n name = var.name\n file = \"${path.module}/x\"\n}
             output \"role\" { value = aws_iam_role.r.arn }",
        ),
        ("app/inner/main.tf", "variable \"role\" {}\nresource \"t_r\" \"i\" { role = var.role }"),
        (
            "app/.terraform/modules/modules.json",
            "{\"Modules\": [{\"Key\": \"kept\", \"Source\": \"acme/kept/aws\", \"Dir\": \".terraform/modules/kept\"}]}",
        ),
        ("app/.terraform/modules/kept/main.tf", "output \"it\" { value = 42 }"),
    ]);
    let it = terraform_language::evaluate("app", &terraform_language::Options::default(), &files);
    let web = resource(&it, "module.web[\"blue\"].aws_iam_role.r");
    assert_eq!(json(&web.body), r#"{"name":"n-blue","file":"../modules/web/x"}"#);
    assert_eq!(web.folder, "modules/web");
    assert_eq!(
        json(&resource(&it, "module.inner.t_r.i").body),
        r#"{"role":{"Fn::GetAtt":["module.web[\"blue\"].aws_iam_role.r","arn"]}}"#
    );
    let a = &resource(&it, "t_r.a").body;
    assert_eq!(json(a), r#"{"far":{"Fn::Unresolved":"module.far.arn"},"kept":42}"#);
    assert_eq!(it.unread_modules.len(), 1);
    assert_eq!(it.unread_modules[0].kind, "terraform-aws-modules/lambda/aws");
    let told: Vec<&str> = it.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "module `far` from `terraform-aws-modules/lambda/aws` is not here and was not looked at; \
          run `terraform -chdir=app init` to fetch it"
        ]
    );
}

#[test]
fn places_are_those_of_the_expression() {
    let files =
        Memory::of(&[("main.tf", "locals { t = 3 }\nresource \"t_r\" \"a\" {\n  x = local.t\n}")]);
    let it = files.evaluate();
    let block = resource(&it, "t_r.a");
    assert_eq!((block.place.line, block.place.column, block.place.end_column), (2, 1, 19));
    let x = block.body.get("x").unwrap();
    assert_eq!((x.place.line, x.place.column, x.place.end_column), (3, 7, 14));
}

#[test]
fn json_configuration_is_the_same() {
    let files = Memory::of(&[(
        "main.tf.json",
        r#"{"locals": {"n": "web"},
            "variable": {"v": {"type": "list(string)", "default": ["a"]}},
            "resource": {"t_r": {"a": {"count": 2, "x": "${local.n}-${count.index}", "y": "${var.v}", "z": {"k": "%{ if true }q%{ endif }"}}}}}"#,
    )]);
    let it = files.evaluate();
    assert_eq!(json(&resource(&it, "t_r.a[1]").body), r#"{"x":"web-1","y":["a"],"z":{"k":"q"}}"#);
}

#[test]
fn files_and_templates_are_read_below_the_root_alone() {
    let files = Memory::of(&[
        (
            "app/main.tf",
            "resource \"t_r\" \"a\" {
               f = file(\"${path.module}/x.txt\")
               t = templatefile(\"t.tpl\", { names = [\"a\", \"b\"], arn = aws_x.y.arn })
               e = fileexists(\"x.txt\")
               n = fileexists(\"nope\")
               o = try(file(\"../../etc/passwd\"), \"outside\")
               m = try(file(\"missing.txt\"), \"missing\")
             }
             resource \"aws_x\" \"y\" {}",
        ),
        ("app/x.txt", "hello"),
        ("app/t.tpl", "%{ for n in names ~}\n${n};\n%{ endfor ~}\n${arn}"),
    ]);
    let it = terraform_language::evaluate("app", &terraform_language::Options::default(), &files);
    let body = &resource(&it, "t_r.a").body;
    assert_eq!(json(body.get("f").unwrap()), "\"hello\"");
    assert_eq!(
        json(body.get("t").unwrap()),
        r#"{"Fn::Join":["",["a;\nb;\n",{"Fn::GetAtt":["aws_x.y","arn"]}]]}"#
    );
    assert_eq!(json(body.get("e").unwrap()), "true");
    assert_eq!(json(body.get("n").unwrap()), "false");
    assert!(json(body.get("o").unwrap()).contains("Fn::Unresolved"));
    assert_eq!(json(body.get("m").unwrap()), "\"missing\"");
    assert!(it.diagnostics.iter().any(|it| it.message.contains("outside the scanned folder")));
}

#[test]
fn policy_documents_are_evaluated_to_trees() {
    let files = Memory::of(&[(
        "main.tf",
        "data \"aws_caller_identity\" \"me\" {}
         data \"aws_iam_policy_document\" \"base\" {
           statement {\n sid = \"A\"\n actions = [\"s3:GetObject\"]\n resources = [\"*\"]\n}
         }
         data \"aws_iam_policy_document\" \"d\" {
           source_policy_documents = [data.aws_iam_policy_document.base.json]
           statement {
             actions   = [\"sqs:SendMessage\", \"sqs:Get*\"]
             resources = [aws_sqs_queue.q.arn]
             principals {\n type = \"AWS\"\n identifiers = [data.aws_caller_identity.me.account_id]\n}
             condition {\n test = \"StringEquals\"\n variable = \"aws:username\"\n values = [\"&{aws:username}\"]\n}
           }
           statement {\n effect = \"Deny\"\n not_actions = [\"a:b\"]\n principals {\n type = \"*\"\n identifiers = [\"*\"]\n}\n}
         }
         resource \"t_r\" \"a\" { policy = data.aws_iam_policy_document.d.json }",
    )]);
    let it = files.evaluate();
    let policy = resource(&it, "t_r.a").body.at(&["policy", "Fn::ToJsonString"]).unwrap();
    assert_eq!(
        json(policy),
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Allow","Action":["sqs:SendMessage","sqs:Get*"],"Resource":{"Fn::GetAtt":["aws_sqs_queue.q","arn"]},"Principal":{"AWS":{"Ref":"AWS::AccountId"}},"Condition":{"StringEquals":{"aws:username":"${aws:username}"}}},{"Effect":"Deny","NotAction":"a:b","Principal":"*"}]}"#
    );
}

#[test]
fn cycles_and_hostile_input_end() {
    let doubled = |n: usize| {
        format!(
            "  l{n} = [local.l{0}, local.l{0}]\n  t{n} = \"${{local.t{0}}}${{local.t{0}}}\"\n",
            n + 1
        )
    };
    let doubling = (0..60).map(doubled).collect::<Vec<String>>().concat();
    let text = format!(
        "locals {{\n a = local.b\n b = local.a\n{doubling} l60 = 1\n t60 = \"x\"\n}}
         resource \"t_r\" \"a\" {{\n x = local.a\n y = local.l0\n z = local.t0\n c = range(0, 1000000000)\n}}
         resource \"t_r\" \"many\" {{ count = 1000000000 }}
         module \"me\" {{ source = \"./.\" }}"
    );
    let it = Memory::of(&[("main.tf", &text)]).evaluate();
    resource(&it, "t_r.a");
    assert!(it.resources.len() <= 10_000);
    let told = |part: &str| it.diagnostics.iter().any(|it| it.message.contains(part));
    assert!(told("refers to itself"), "{:?}", it.diagnostics);
    assert!(told("calls itself"));
    assert!(told("instances; the rest is not looked at"));
}

#[test]
fn a_broken_file_is_a_remark_and_the_others_are_read() {
    let files =
        Memory::of(&[("a.tf", "resource \"t_r\" {{{"), ("b.tf", "resource \"t_r\" \"b\" {}")]);
    let it = files.evaluate();
    resource(&it, "t_r.b");
    assert!(
        it.diagnostics.iter().any(|it| it.message.contains("not valid HCL") && it.place.line == 1)
    );
}

#[test]
fn a_broken_block_is_a_remark_and_the_rest_of_its_file_is_read() {
    let text = "resource \"t_r\" \"a\" {\n  x = 1\n}\n\nresource \"t_r\" \"b\" {\n  x = [\n}\n\n\
                resource \"t_r\" \"c\" {\n  x = 3\n}\n";
    let it = Memory::of(&[("main.tf", text)]).evaluate();
    assert_eq!(json(&resource(&it, "t_r.a").body), r#"{"x":1}"#);
    assert_eq!(resource(&it, "t_r.c").place.line, 9);
    assert_eq!(it.resources.len(), 2);
    let told: Vec<u32> = it.diagnostics.iter().map(|it| it.place.line).collect();
    assert!(matches!(told.as_slice(), [6 | 7]), "{:?}", it.diagnostics);
}

#[test]
fn an_override_file_changes_arguments() {
    let files = Memory::of(&[
        ("main.tf", "resource \"t_r\" \"a\" {\n x = 1\n y = 1\n}"),
        ("main_override.tf", "resource \"t_r\" \"a\" { x = 2 }"),
    ]);
    assert_eq!(json(&resource(&files.evaluate(), "t_r.a").body), r#"{"x":2,"y":1}"#);
}
