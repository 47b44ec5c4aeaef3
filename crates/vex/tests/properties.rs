//! What is written is read again and decides the same; the order of statements does not matter but for
//! their times; nothing makes the reader fail.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::{Value, json};
use vex::{
    About, Decisions, Flaw, Judged, Justification, Reach, Status, judged, read, write_cyclonedx,
    write_openvex,
};

const ABOUT: About<'static> =
    About { application: "shop <&> \"1\"", version: "0.1.0", time: "2026-01-31T10:00:00Z" };

fn openvex_of(all: &[Judged]) -> String {
    write_openvex(all, &ABOUT).to_string()
}

fn cyclonedx_of(all: &[Judged]) -> String {
    write_cyclonedx(all, &ABOUT).to_string()
}

fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-z\"\\\\é]([a-z <&:\"\n]{0,6}[a-z])?")
}

fn justification() -> impl Strategy<Value = Justification> {
    let labels = [
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
        "requires_configuration",
        "protected_at_perimeter",
    ];
    prop::sample::select(labels.map(|it| Justification::of(it).unwrap()).to_vec())
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        (prop::option::of(justification()), words())
            .prop_map(|(justification, impact)| Status::NotAffected { justification, impact }),
        words().prop_map(|action| Status::Affected { action }),
        Just(Status::Fixed),
        Just(Status::UnderInvestigation),
    ]
}

fn purl() -> impl Strategy<Value = String> {
    let kinds = vec!["npm/%40s/", "npm/", "pypi/", "maven/a.b/", "golang/example.com/"];
    (prop::sample::select(kinds), "[a-c]", prop::option::of("[0-2]\\.[0-2]")).prop_map(
        |(kind, name, version)| match version {
            Some(version) => format!("pkg:{kind}{name}@{version}"),
            None => format!("pkg:{kind}{name}"),
        },
    )
}

fn ids() -> impl Strategy<Value = Vec<String>> {
    let id = prop_oneof!["CVE-2026-[1-4]", "GHSA-[a-c]{4}", "X \"<[1-2]"];
    prop::collection::hash_set(id, 1..3).prop_map(|ids| ids.into_iter().collect())
}

fn one() -> impl Strategy<Value = Judged> {
    let time = prop::option::of(
        (0_i64..2_000_000_000).prop_map(|it| jiff::Timestamp::from_second(it).unwrap()),
    );
    (ids(), purl(), status(), words(), time).prop_map(|(ids, purl, status, notes, time)| Judged {
        ids,
        purl,
        status,
        notes,
        time,
    })
}

fn decided(text: &str, one: &Judged) -> Option<&'static str> {
    let decisions = Decisions::new([read(text.as_bytes()).unwrap()]);
    decisions.decide(&one.purl, &one.ids).map(|it| it.statement.status.openvex())
}

fn statement(at: usize, id: &str, purl: &str, status: &str) -> Value {
    json!({
        "vulnerability": {"name": id},
        "products": [{"@id": purl}],
        "status": status,
        "justification": "component_not_present",
        "timestamp": format!("2026-01-01T00:00:{:02}Z", at % 60),
    })
}

fn openvex(statements: &[Value]) -> Decisions {
    let document = json!({"@context": "https://openvex.dev/ns/v0.2.0", "statements": statements});
    Decisions::new([read(document.to_string().as_bytes()).unwrap()])
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_decides_the_same(all in prop::collection::vec(one(), 0..6)) {
        for text in [openvex_of(&all), cyclonedx_of(&all)] {
            let document = read(text.as_bytes()).unwrap();
            prop_assert_eq!(&document.remarks, &vec![]);
            prop_assert_eq!(document.statements.len(), all.len());
            for (written, back) in all.iter().zip(&document.statements) {
                prop_assert_eq!(&back.ids, &written.ids);
                prop_assert_eq!(back.status.openvex(), written.status.openvex());
                prop_assert_eq!(back.time.is_some(), true);
                if written.time.is_some() {
                    prop_assert_eq!(back.time, written.time);
                }
            }
        }
        if let [only] = all.as_slice() {
            let status = Some(only.status.openvex());
            prop_assert_eq!(decided(&openvex_of(&all), only), status);
            prop_assert_eq!(decided(&cyclonedx_of(&all), only), status);
        }
    }

    #[test]
    fn a_justification_survives_where_the_format_has_it(one in one()) {
        let all = [one];
        let back = |text: String| read(text.as_bytes()).unwrap().statements.remove(0).status;
        if let Status::NotAffected { justification: Some(label), .. } = &all[0].status {
            for (text, has) in [
                (openvex_of(&all), label.openvex()),
                (cyclonedx_of(&all), label.cyclonedx()),
            ] {
                let Status::NotAffected { justification, impact } = back(text) else { panic!() };
                match has {
                    Some(_) => prop_assert_eq!(justification, Some(*label)),
                    None => prop_assert!(impact.unwrap().starts_with(label.label())),
                }
            }
        }
    }

    #[test]
    fn only_times_order_statements(
        all in prop::collection::vec(("CVE-2026-[1-2]", purl(), prop::sample::select(vec!["affected", "fixed", "not_affected"])), 1..12)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_map(|all| (0..all.len()).collect::<Vec<_>>()).prop_shuffle())),
        asked in purl(),
    ) {
        let (all, order) = all;
        let values: Vec<Value> = all.iter().enumerate().map(|(at, (id, purl, status))| statement(at, id, purl, status)).collect();
        let shuffled: Vec<Value> = order.iter().map(|at| values[*at].clone()).collect();
        let (one, two) = (openvex(&values), openvex(&shuffled));
        for id in ["CVE-2026-1", "CVE-2026-2"] {
            let of = |it: &Decisions| it.decide(&asked, &[id]).map(|it| (it.statement.time, it.statement.status.clone()));
            prop_assert_eq!(of(&one), of(&two));
        }
    }

    #[test]
    fn one_flaw_of_one_package_is_judged_once_by_the_worst(reaches in prop::collection::vec(0_usize..4, 1..6)) {
        let known = [Reach::NotImported, Reach::Unknown, Reach::Imported, Reach::Called];
        let ids = vec!["CVE-2026-1".to_owned()];
        let flaws = reaches.iter().map(|at| Flaw {
            ids: &ids, purl: "pkg:npm/a@1.0.0", fixed: Some("2.0.0"), reach: known[*at], said: None,
        });
        let all = judged(flaws);
        prop_assert_eq!(all.len(), 1);
        let expected = ["not_affected", "under_investigation", "affected", "affected"];
        prop_assert_eq!(all[0].status.openvex(), expected[*reaches.iter().max().unwrap()]);
    }

    #[test]
    fn nothing_makes_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..200), is_json in any::<bool>(), part in "[\\[\\]{}\",:a-z0-9@/#%*<>=|.]{0,60}") {
        let text = String::from_utf8_lossy(&bytes);
        let document = json!({
            "@context": "https://openvex.dev/ns", "statements": [
                {"vulnerability": text, "products": [part, {"@id": part, "subcomponents": [part]}], "status": "fixed", "timestamp": text},
            ],
        });
        let bom = json!({
            "bomFormat": "CycloneDX", "vulnerabilities": [{
                "id": part, "analysis": {"state": "exploitable"},
                "affects": [{"ref": format!("urn:cdx:{part}#{text}"), "versions": [{"range": format!("vers:npm/{part}")}]}, {"ref": format!("pkg:{part}")}],
            }],
        });
        if is_json {
            for value in [document, bom] {
                let decisions = Decisions::new([read(value.to_string().as_bytes()).unwrap()]);
                let _ = decisions.decide(&format!("pkg:{part}"), &[&part]);
            }
        } else {
            let _ = read(&bytes);
        }
    }
}
