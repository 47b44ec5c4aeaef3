//! Values set in HCL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use source_edit::{Document, Literal, SetError, Step, set_hcl};

fn path(text: &str) -> Vec<Step> {
    let step = |part: &str| part.parse().map_or_else(|_| Step::from(part), Step::Index);
    text.split('.').map(step).collect()
}

fn text(word: &str) -> Literal {
    Literal::Text(word.into())
}

/// Sets, and sets again without a change.
fn set(old: &str, at: &str, value: &Literal) -> String {
    let edit = set_hcl(old, &path(at), value).unwrap().unwrap();
    let new = edit.apply(old);
    assert_eq!(set_hcl(&new, &path(at), value).unwrap(), None, "a second time");
    new
}

#[test]
fn a_literal_is_replaced() {
    assert_eq!(
        set(
            "resource \"t\" \"a\" {\n  on = false # off\n}\n",
            "resource.t.a.on",
            &Literal::Bool(true)
        ),
        "resource \"t\" \"a\" {\n  on = true # off\n}\n"
    );
    assert_eq!(
        set(
            "resource \"t\" \"a\" {\n  b {\n    x = 1\n  }\n  b {\n    x = 2\n  }\n}\n",
            "resource.t.a.b.1.x",
            &Literal::Integer(5)
        ),
        "resource \"t\" \"a\" {\n  b {\n    x = 1\n  }\n  b {\n    x = 5\n  }\n}\n"
    );
}

#[test]
fn an_argument_is_added_behind_the_arguments_and_aligned_with_them() {
    assert_eq!(
        set(
            "resource \"t\" \"a\" {\n  name     = \"x\"\n  hash_key = \"id\" # key\n\n  # sub\n  sub {\n    y = 1\n  }\n}\n",
            "resource.t.a.on",
            &Literal::Bool(true)
        ),
        "resource \"t\" \"a\" {\n  name     = \"x\"\n  hash_key = \"id\" # key\n  on       = true\n\n  # sub\n  sub {\n    y = 1\n  }\n}\n"
    );
    assert_eq!(
        set("resource \"t\" \"a\" {\n  n = 1\n}\n", "resource.t.a.longer", &text("a\"b${c}")),
        "resource \"t\" \"a\" {\n  n = 1\n\n  longer = \"a\\\"b$${c}\"\n}\n"
    );
}

#[test]
fn a_block_is_added_at_the_end() {
    assert_eq!(
        set(
            "resource \"t\" \"a\" {\r\n  n = 1\r\n  # last\r\n}\r\n",
            "resource.t.a.c.mode",
            &text("x")
        ),
        "resource \"t\" \"a\" {\r\n  n = 1\r\n  # last\r\n\r\n  c {\r\n    mode = \"x\"\r\n  }\r\n}\r\n"
    );
    assert_eq!(
        set("resource \"t\" \"a\" {}", "resource.t.a.c.mode", &text("x")),
        "resource \"t\" \"a\" {\n  c {\n    mode = \"x\"\n  }\n}"
    );
    assert_eq!(
        set("\u{feff}resource \"t\" \"a\" { n = 1 }\n", "resource.t.a.m", &Literal::Integer(2)),
        "\u{feff}resource \"t\" \"a\" {\n  n = 1\n  m = 2\n}\n"
    );
    assert_eq!(
        set("resource \"t\" \"a\" {\n}\n", "resource.t.a.m", &Literal::Integer(2)),
        "resource \"t\" \"a\" {\n  m = 2\n}\n"
    );
}

#[test]
fn expressions_and_dynamic_blocks_are_refused() {
    let refused = |old: &str, at: &str| set_hcl(old, &path(at), &text("x")).unwrap_err();
    let with = |body: &str| format!("resource \"t\" \"a\" {{\n{body}\n}}\n");
    for body in ["  m = var.m", "  m = \"${var.m}\"", "  m = { n = 1 }", "  m {\n  }"] {
        assert!(matches!(refused(&with(body), "resource.t.a.m"), SetError::NotLiteral { .. }));
    }
    let dynamic = with("  dynamic \"m\" {\n    for_each = []\n    content {}\n  }");
    assert!(matches!(refused(&dynamic, "resource.t.a.m.n"), SetError::NotLiteral { .. }));
    let two = with("  m {\n  }\n  m {\n  }");
    assert!(matches!(refused(&two, "resource.t.a.m.n"), SetError::Missing { .. }));
    assert!(matches!(refused("a = 1\n", "resource.t.a.m"), SetError::Missing { .. }));
    assert!(matches!(refused("a = {", "resource.t.a.m"), SetError::Unreadable));
}

#[test]
fn blocks_and_arguments_are_found_by_their_places() {
    let text = "resource \"t\" \"a\" {\n  b {\n    x = 1\n  }\n  b {\n    x = 2\n  }\n  c { y = \"z\" }\n}\n";
    let document = Document::hcl(text).unwrap();
    assert_eq!(document.block_at(1), Some(path("resource.t.a")));
    assert_eq!(document.argument_at(6, 9), Some(path("resource.t.a.b.1.x")));
    assert_eq!(document.argument_at(8, 11), Some(path("resource.t.a.c.y")));
    assert_eq!(document.argument_at(8, 12), None);
}
