//! What holds for every file.

use proptest::prelude::*;
use secret_scan::{FileKind, Scanner, read_rules, test_rules};

thread_local! {
    static SCANNER: Scanner = Scanner::default();
}

proptest! {
    #[test]
    fn any_bytes_are_scanned_and_every_place_is_in_them(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        path in prop::sample::select(vec![".env", "a.py", "s.yaml", ".pgpass", ".netrc", "nuget.config"]),
    ) {
        for found in SCANNER.with(|it| it.scan(path, &bytes)) {
            prop_assert!(found.range.end <= bytes.len());
            prop_assert!(found.line >= 1 && found.column >= 1);
        }
    }

    #[test]
    fn text_that_looks_like_settings_is_scanned(
        text in "((pass(word)?|token|api_key|kind: Secret|data|key|authorization|curl -u|://a:b@c)[=:>\", \n{}'-]{0,4}[a-zA-Z0-9_=/\"' \n]{0,40}){0,12}",
        path in prop::sample::select(vec![".env", "a.py", "s.yaml", ".pgpass", ".netrc", "nuget.config"]),
    ) {
        let found = SCANNER.with(|it| it.scan(path, text.as_bytes()));
        let mut end = 0;
        for one in found {
            prop_assert!(one.range.start >= end, "two secrets at one place");
            end = one.range.end;
            // What is told never holds the value.
            let value = text.get(one.range.clone()).unwrap_or_default();
            prop_assert!(one.preview.chars().count() <= 5);
            prop_assert!(value.len() < 6 || !one.preview.contains(value));
        }
    }

    #[test]
    fn a_random_value_under_a_name_is_found_in_every_notation(
        value in "[A-Za-z][0-9][A-Za-z0-9]{14}[0-9][A-Z]{2}[a-z]{2}[0-9]{3}",
        form in prop::sample::select(vec![
            "API_TOKEN={}", "api_token: {}", "{\"apiToken\": \"{}\"}", "<apiToken>{}</apiToken>",
            "api_token = \"{}\"", "apiToken := \"{}\"", "--api-token {}", "ENV API_TOKEN {}",
        ]),
    ) {
        let text = form.replace("{}", &value);
        let found = SCANNER.with(|it| it.scan("settings", text.as_bytes()));
        prop_assert!(found.iter().any(|it| text.get(it.range.clone()) == Some(value.as_str())), "{}", text);
    }

    #[test]
    fn any_text_is_read_as_rules(text in "(rules:|  - id: |    pattern: |[a-z(\\[*{:'\"\n ]{0,10}){0,20}") {
        let file = read_rules(&text);
        let _ = test_rules(&file.rules);
    }

    #[test]
    fn every_path_has_a_kind(path in ".{0,40}") {
        let _ = FileKind::of(&path);
    }
}
