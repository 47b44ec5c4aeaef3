//! Policy documents and accounts: the graph of who becomes an administrator ends, and its words too.

#![no_main]

use iam_policy::{Policy, literal_terms};
use libfuzzer_sys::fuzz_target;
use role_paths::{Told, graph, of_policies, read_account, to_json, to_words};
use source_text::{Limits, Sources, parse_yaml};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let sources = Sources::default();
    let file = sources.add("policy.json", text);
    let Ok(parsed) = parse_yaml(file, text, &Limits::default()) else { return };
    for document in &parsed.documents {
        let (policy, _) = Policy::read(document, &literal_terms);
        for app in [of_policies("policy", vec![policy]), read_account(document).0] {
            let graph = graph(&app);
            let paths = graph.paths();
            let told = [Told { title: "policy".to_owned(), graph, paths, injections: Vec::new() }];
            assert!(to_json(&told, &sources).ends_with("}\n"));
            let _ = to_words(&told, &sources);
        }
    }
});
