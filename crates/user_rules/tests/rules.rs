//! Rules asked of templates: what they find, what they cannot tell, what is said of mistakes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use load_cloudformation::{Options, load};
use source_text::{Limits, Sources, parse_yaml};
use user_rules::{Judged, OwnRules};

const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 200, nodes: 100_000 };

/// What a rule says of a template.
fn ask(rule: &str, template: &str) -> Judged {
    ask_with(rule, template, &[])
}

fn ask_with(rule: &str, template: &str, parameters: &[(&str, &str)]) -> Judged {
    let sources = Arc::new(Sources::default());
    let file = sources.add("rule.yaml", rule);
    let (rules, faults) = OwnRules::compile(&[(file, rule.to_owned())]);
    assert!(faults.is_empty(), "{faults:?}");
    let file = sources.add("template.yaml", template);
    let document = parse_yaml(file, template, &LIMITS).unwrap().documents.remove(0);
    let parameters = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let options =
        Options { keeps_declared: true, parameters: parameters.collect(), ..Options::default() };
    let app = load(file, document, &options, None).app;
    rules.judge(&app, &|_| true)
}

/// A rule with a subject and a condition.
fn rule(subject: &str, when: &str) -> String {
    let when = when.replace('"', "\\\"");
    let name = if subject == "function" { "fn" } else { subject };
    format!(
        "id: ACME-1\ntitle: Something is wrong\nseverity: low\nfor: {subject}\nwhen: \"{when}\"\n\
         message: \"`${{{name}.name}}` is wrong\"\n"
    )
}

/// The first mistake in a rule: line, column, words.
fn mistake(rule: &str) -> (u32, u32, String) {
    let sources = Sources::default();
    let file = sources.add("rule.yaml", rule);
    let (_, faults) = OwnRules::compile(&[(file, rule.to_owned())]);
    let fault = faults.first().unwrap();
    (fault.place.line, fault.place.column, fault.message.clone())
}

const FUNCTION: &str = "
Parameters:
  Runtime: {Type: String}
  Seconds: {Type: Number, Default: 30}
  Stage: {Type: String, AllowedValues: [test, prod]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  CreateOrder:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: !Ref Runtime
      Timeout: !Ref Seconds
      MemorySize: !If [IsProd, 1024, 128]
      ReservedConcurrentExecutions: !If [IsProd, 5, !Ref AWS::NoValue]
      Handler: app.handler
      Role: !GetAtt Role.Arn
      Environment:
        Variables:
          TABLE: !Ref Orders
      Tags: [{Key: owner, Value: orders}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      PermissionsBoundary: !Sub 'arn:aws:iam::${AWS::AccountId}:policy/boundary'
      Policies:
        - PolicyName: data
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Orders.Arn}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      DeletionProtectionEnabled: 'true'
      Tags: [{Key: data, Value: customer}]
";

/// Asks one condition of the one function.
fn outcome(when: &str) -> String {
    let judged = ask(&rule("function", when), FUNCTION);
    assert!(
        judged.diagnostics.iter().all(|it| it.level != source_text::Level::Error),
        "{when}: {:?}",
        judged.diagnostics
    );
    match (judged.findings.as_slice(), judged.undetermined) {
        ([], 0) => "no".to_owned(),
        ([], 1) => "cannot tell".to_owned(),
        ([finding], 0) => {
            finding.when.as_ref().map_or("yes".to_owned(), |when| format!("when {when}"))
        }
        other => panic!("{when}: {other:?}"),
    }
}

#[test]
fn what_is_not_known_is_neither_true_nor_false() {
    for (when, expect) in [
        ("fn.runtime == 'python3.13'", "cannot tell"),
        ("fn.runtime != 'python3.13'", "cannot tell"),
        ("!(fn.runtime == 'python3.13')", "cannot tell"),
        ("fn.runtime in ['python3.13', 'nodejs24.x']", "cannot tell"),
        ("fn.runtime.startsWith('python')", "cannot tell"),
        ("fn.runtime == 'python3.13' && false", "no"),
        ("false && fn.runtime == 'python3.13'", "no"),
        ("fn.runtime == 'python3.13' || true", "yes"),
        ("true || fn.runtime == 'python3.13'", "yes"),
        ("fn.runtime == 'x' ? true : false", "cannot tell"),
        ("[1, 2].exists(x, fn.runtime == 'x' || x == 2)", "yes"),
        ("[1, 2].all(x, fn.runtime == 'x' && x == 2)", "no"),
        ("known(fn.runtime)", "no"),
        ("!known(fn.runtime)", "yes"),
        ("may_be(fn.runtime, 'python3.13')", "yes"),
        ("may_be(fn.handler, 'python3.13')", "no"),
        ("fn.runtime.or('none') == 'none'", "yes"),
        ("has(fn.runtime)", "yes"),
        ("fn.runtime == null", "no"),
    ] {
        assert_eq!(outcome(when), expect, "{when}");
    }
}

#[test]
fn a_value_that_hangs_on_conditions_is_looked_at_choice_by_choice() {
    for (when, expect) in [
        ("fn.memory_mib > 512", "when `IsProd`"),
        ("fn.memory_mib < 512", "when not `IsProd`"),
        ("fn.memory_mib > 64", "yes"),
        ("fn.memory_mib > 4096", "no"),
        ("has(fn.reserved_concurrency)", "when `IsProd`"),
        ("fn.reserved_concurrency == null", "when not `IsProd`"),
        // Both hang on the same condition: they are never 1,024 MiB without a reservation.
        ("fn.memory_mib == 1024 && fn.reserved_concurrency == null", "no"),
        ("fn.memory_mib == 128 && fn.reserved_concurrency == null", "when not `IsProd`"),
        ("fn.timeout_s == 30", "when `Seconds` keeps its default"),
        ("fn.properties.MemorySize == 1024", "when `IsProd`"),
    ] {
        assert_eq!(outcome(when), expect, "{when}");
    }
}

#[test]
fn letters_that_are_known_decide_although_others_are_not() {
    for (when, expect) in [
        ("role.boundary.endsWith(':policy/boundary')", "yes"),
        ("role.boundary.endsWith(':policy/other')", "no"),
        ("role.boundary.startsWith('arn:aws:iam::')", "yes"),
        ("role.boundary.startsWith('arn:aws-cn:')", "no"),
        ("role.boundary.startsWith('arn:aws:iam::111122223333:')", "cannot tell"),
        ("role.boundary == '*'", "no"),
        ("role.boundary == 'arn:aws:iam::111122223333:policy/boundary'", "cannot tell"),
        ("arn_matches('arn:aws:iam::*:policy/boundary', role.boundary)", "yes"),
        ("arn_matches('arn:aws:s3:::*', role.boundary)", "no"),
        ("glob_matches('*boundary', 'my-boundary')", "yes"),
        ("action_matches('dynamodb:Get*', 'DynamoDB:GetItem')", "yes"),
    ] {
        assert_eq!(outcome(when), expect, "{when}");
    }
}

#[test]
fn the_model_is_seen_with_its_joins() {
    for (when, expect) in [
        ("fn.targets.exists(t, t.resource == 'Orders' && t.type == 'AWS::DynamoDB::Table')", "yes"),
        ("refers_to(fn.environment, 'Orders')", "yes"),
        ("refers_to(fn.environment, 'Other')", "no"),
        ("allows(role, 'dynamodb:GetItem', '${Orders.Arn}')", "cannot tell"),
        ("allows(role, 'dynamodb:PutItem', '${Orders.Arn}')", "no"),
        ("allows(role, 'dynamodb:PutItem', '*')", "no"),
        ("app.role_of(fn).name == 'Role'", "yes"),
        ("app.function_of('CreateOrder').handler == 'app.handler'", "yes"),
        ("app.resources_of('AWS::DynamoDB::Table').size() == 1", "yes"),
        ("fn.tags.owner == 'orders'", "yes"),
        ("fn.tags.cost == null && !has(fn.tags.cost)", "yes"),
        ("'owner' in fn.tags", "yes"),
        ("app.resources.exists(r, r.properties.DeletionProtectionEnabled == true)", "yes"),
        ("app.resources.map(r, r.type).filter(t, t.startsWith('AWS::IAM')).size() == 1", "yes"),
        ("app.functions.exists_one(f, f.name == 'CreateOrder')", "yes"),
        ("role.statements.all(s, s.actions.all(a, a.startsWith('dynamodb:')))", "yes"),
        ("fn.vpc == true", "no"),
    ] {
        assert_eq!(outcome(when), expect, "{when}");
    }
}

#[test]
fn texts_and_numbers_are_worked_with() {
    for when in [
        "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b'",
        "' Ab '.trim().lowerAscii() == 'ab' && 'ab'.upperAscii() == 'AB'",
        "'abc'.replace('b', 'x') == 'axc' && 'abc'.contains('b')",
        "'a1'.matches('^[a-z][0-9]$') && !'a'.matches('[0-9]')",
        "int('7') + 1 == 8 && 7 / 2 == 3 && 7.0 / 2.0 == 3.5 && 7 % 4 == 3 && -1 < 0",
        "string(7) == '7' && double('1.5') == 1.5 && size('äö') == 2",
        "{'a': 1}.a == 1 && {'a': 1}['a'] == 1 && [1, 2][1] == 2 && [1][5] == null",
        "[1] + [2] == [1, 2] && 'a' + 'b' == 'ab'",
        "1 == 1.0 && '30' == '30' && !(1 == 2)",
    ] {
        assert_eq!(outcome(when), "yes", "{when}");
    }
}

#[test]
fn a_mistake_is_told_with_its_line_and_column_and_what_to_do() {
    let of = |when: &str| mistake(&rule("function", when));
    let (line, column, words) = of("fn.runtimee == 'x'");
    assert_eq!((line, column), (5, 10), "{words}");
    assert_eq!(words, "a record `function` has no field `runtimee`; did you mean `runtime`?");
    for (when, expect) in [
        ("fm.name == 'x'", "there is no variable `fm` here; did you mean `fn`?"),
        ("function.name == 'x'", "`function` is a reserved word of CEL; the variable is `fn`"),
        ("fn.name.startWith('x')", "there is no function `startWith`; did you mean `startsWith`?"),
        ("fn.timeout_s > 'x'", "`>` cannot put together a whole number and a text"),
        ("fn.name", "`when` must be true or false, and it is a text"),
        ("fn.layers.name == 'x'", "ask its items with"),
        ("fn.name.matches(fn.name)", "must stand there as a text"),
        ("fn.name.matches('(')", "the pattern cannot be used"),
        ("fn.name == ", "this is no expression of CEL"),
        ("fn.name.contains()", "is written `text.contains(part)`"),
        ("timestamp('x') == timestamp('y')", "times do not stand in templates"),
    ] {
        let (line, _, words) = of(when);
        assert!(words.contains(expect) && line == 5, "{when}: {line}: {words}");
    }
    let block = "id: A-1\ntitle: T\nseverity: low\nfor: function\nmessage: m\nwhen: |\n  fn.name == 'a'\n    && fn.nam == 'b'\n";
    assert_eq!((mistake(block).0, mistake(block).1), (8, 10));
}

#[test]
fn every_key_is_looked_at() {
    let whole = rule("function", "true");
    for (from, to, expect) in [
        ("id: ACME-1", "id: SAS-1.1", "names rules of faasguard"),
        ("id: ACME-1", "id: acme", "is no id of a rule"),
        ("severity: low", "severity: bad", "is not one of critical, high, medium, low"),
        ("for: function", "for: lambda", "`lambda` is none of application, function"),
        (
            "title: Something is wrong",
            "titel: x",
            "a rule has no key `titel`; did you mean `title`?",
        ),
        ("title: Something is wrong", "", "a rule needs `title`"),
        ("is wrong\"", "${fn.nme}\"", "has no field `nme`"),
        ("is wrong\"", "${fn.name\"", "has no `}`"),
        ("severity: low", "severity: low\ntype: X", "goes with `for: resource`"),
        ("severity: low", "severity: low\nlet: {app: '1'}", "is no new name"),
        ("severity: low", "severity: low\nrisk: SAS-11", "none of the risks"),
    ] {
        let changed = whole.replacen(from, to, 1);
        assert_ne!(changed, whole, "{from}");
        let sources = Sources::default();
        let file = sources.add("rule.yaml", changed.as_str());
        let (_, faults) = OwnRules::compile(&[(file, changed)]);
        assert!(faults.iter().any(|it| it.message.contains(expect)), "{to}: {faults:?}");
    }
}

#[test]
fn two_rules_of_one_id_are_a_mistake() {
    let text = rule("function", "true");
    let sources = Sources::default();
    let files: Vec<_> =
        ["a.yaml", "b.yaml"].map(|path| (sources.add(path, text.as_str()), text.clone())).into();
    let (rules, faults) = OwnRules::compile(&files);
    assert_eq!((rules.infos().count(), faults.len()), (1, 1));
}

#[test]
fn a_rule_that_fails_is_a_diagnostic_and_the_others_go_on() {
    let text = rule("function", "fn.dead_letter.startsWith('arn')");
    let judged = ask(&text, FUNCTION);
    assert!(judged.is_incomplete && judged.findings.is_empty());
    let words = &judged.diagnostics[0].message;
    assert!(words.contains("rule `ACME-1` cannot be asked of `CreateOrder`"), "{words}");
    assert!(words.contains("`has(…)`"), "{words}");
}

#[test]
fn a_rule_that_needs_too_many_steps_is_ended() {
    let list = format!("[{}]", vec!["0"; 60].join(", "));
    let when =
        format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a + b + c + d == 0))))");
    let judged = ask(&rule("function", &when), FUNCTION);
    assert!(judged.is_incomplete && judged.findings.is_empty());
    assert!(judged.diagnostics[0].message.contains("steps"), "{:?}", judged.diagnostics);
}

#[test]
fn values_that_are_set_decide() {
    let text = rule("function", "fn.runtime == 'python3.8'");
    let judged = ask_with(&text, FUNCTION, &[("Runtime", "python3.8")]);
    assert_eq!((judged.findings.len(), judged.undetermined), (1, 0));
}

#[test]
fn a_finding_stands_where_the_rule_says_and_names_what_it_is_about() {
    let text = format!(
        "{}place: fn.memory_mib\nfix: Take less.\n",
        rule("function", "fn.memory_mib > 512")
    );
    let finding = ask(&text, FUNCTION).findings.remove(0);
    assert_eq!(finding.place.line, 14);
    assert_eq!(finding.function.as_deref(), Some("CreateOrder"));
    assert_eq!(finding.property.as_deref(), Some("fn.memory_mib"));
    assert_eq!(finding.message, "`CreateOrder` is wrong");
    assert_eq!(finding.fix.unwrap().description, "Take less.");
    assert_eq!(finding.rule.to_string(), "ACME-1");
}
