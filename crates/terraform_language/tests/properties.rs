//! No configuration, however mangled, makes the evaluation panic or go on without end.

mod memory;

use memory::Memory;
use proptest::prelude::*;
use terraform_language::{Evaluated, Options, evaluate, evaluate_plan};

/// Configuration that touches most of the language, to be mangled.
const MODULE: &str = include_str!("../../../fuzz/seeds/terraform/main.tf");
const CHILD: &str = "variable \"a\" {}\noutput \"b\" { value = [for x in var.a : x] }\n";

fn small() -> Options {
    Options { steps: 20_000, instances: 50, modules: 4, ..Options::default() }
}

fn run(main: &str, json: &str) -> Evaluated {
    let files = Memory::of(&[
        ("main.tf", main),
        ("more.tf.json", json),
        ("terraform.tfvars", "unknown = null"),
        ("child/main.tf", CHILD),
        ("t.tpl", main),
    ]);
    evaluate("", &small(), &files)
}

/// What may stand in the way of anything.
fn odd_piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        " ",
        "\n",
        "\"",
        "${",
        "%{",
        "}",
        "{",
        "[",
        "]",
        "(",
        ")",
        "...",
        "null",
        "true",
        "0",
        "-1",
        "1e308",
        "1e999",
        "\"a\"",
        "var.a",
        "local.loop",
        "each.key",
        "count.index",
        "module.child",
        "data.x.y",
        "[*]",
        ".*",
        "[0]",
        "[\"k\"]",
        "for x in ",
        "? 1 :",
        "== null",
        "!",
        "-",
        "*",
        "/",
        "%",
        "jsonencode(",
        "templatefile(\"t.tpl\", ",
        "range(0, 99999999)",
        "format(\"%[9]*d%-9999999s\", ",
        "substr(\"é\", -9, 9)",
        "<<EOT\n",
        "é",
        "\u{0}",
        "\\u",
    ])
}

proptest! {
    #[test]
    fn mangled_configuration_ends(
        cuts in prop::collection::vec((0.0..1.0_f64, 0_usize..20, odd_piece()), 1..6),
        json in "\\PC{0,80}",
    ) {
        let mut text = MODULE.to_owned();
        for (at, length, piece) in cuts {
            let at = place_in(&text, at);
            let end = text[at..].char_indices().nth(length).map_or(text.len(), |(it, _)| at + it);
            text.replace_range(at..end, piece);
        }
        let _ = run(&text, &json);
    }

    #[test]
    fn an_expression_is_decided_or_stays_as_it_is(pieces in prop::collection::vec(odd_piece(), 1..12)) {
        let text = format!("resource \"t_r\" \"a\" {{\n  x = {}\n}}\n", pieces.concat());
        let it = run(&text, "{}");
        prop_assert!(it.resources.len() <= 50);
    }

    #[test]
    fn any_text_as_a_plan_ends(text in "\\PC{0,200}", cut in 0.0..1.0_f64) {
        let plan = include_str!("properties/plan.json");
        for text in [text.as_str(), &plan[..place_in(plan, cut)], plan] {
            let limits = source_text::Limits::default();
            let Ok(parsed) = source_text::parse_json(source_text::FileId(0), text, &limits) else { continue };
            for document in parsed.documents {
                let _ = evaluate_plan(source_text::FileId(0), &document);
            }
        }
    }

    #[test]
    fn what_is_written_down_comes_back(value in "[a-zA-Z0-9 _.:/-]{0,40}", number in -1_000_000_i64..1_000_000) {
        let text = format!("locals {{ v = \"{value}\" }}\nresource \"t_r\" \"a\" {{\n  t = local.v\n  n = {number} + 0\n}}\n");
        let it = run(&text, "{}");
        let block = memory::resource(&it, "t_r.a");
        prop_assert_eq!(block.body.get("t").and_then(source_text::Node::as_str), Some(value.as_str()));
        prop_assert_eq!(block.body.get("n").and_then(source_text::Node::as_i64), Some(number));
    }
}

/// The nearest boundary of a character at a part of the text.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a part of a length"
)]
fn place_in(text: &str, part: f64) -> usize {
    let mut at = (text.len() as f64 * part) as usize;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn the_whole_text_is_read() {
    let it = run(MODULE, "{}");
    assert!(
        it.diagnostics.iter().all(|it| !it.message.contains("not valid HCL")),
        "{:?}",
        it.diagnostics
    );
    assert_eq!(it.resources.len(), 4);
}
