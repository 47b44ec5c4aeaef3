//! No log breaks the fold, counts are bounded by what was logged, and no secret comes out of it.

use std::sync::{Arc, LazyLock};

use guard_mask::Masker;
use lambda_log::LogReader;
use log_analysis::{Analysis, Fold, Limits, Quantiles, Window, findings, template_of};
use proptest::prelude::*;

static MASKER: LazyLock<Arc<Masker>> = LazyLock::new(|| Arc::new(Masker::new(&[])));

/// A password that no other part of a log holds.
const SECRET: &str = "Zq7wXk29vTbn";

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u8..4).prop_map(|id| format!("START RequestId: r-{id} Version: 1\n")),
        (0_u8..4, any::<bool>()).prop_map(|(id, failed)| {
            let status = if failed { "\tStatus: error" } else { "" };
            format!("REPORT RequestId: r-{id}\tDuration: {id}.5 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB{status}\n")
        }),
        (0_u8..4).prop_map(|id| format!("RequestId: r-{id} Error: Runtime exited with error: signal: killed\n")),
        "[A-Z][a-z]{2,5}(Error|Exception): [ -~]{0,30}\n".prop_map(|text| text),
        "[a-z ]{0,10}".prop_map(|text| format!("[ERROR] {text} password={SECRET} {text}\n")),
        "[a-z]{1,6}".prop_map(|name| format!("{{\"level\":\"ERROR\",\"{name}\":\"x\",\"password\":\"{SECRET}\"}}\n")),
        "[ -~]{0,40}\n".prop_map(|text| text),
    ]
}

fn analyse(text: &str, clusters: usize) -> Analysis {
    let limits = Limits { functions: 3, clusters };
    let mut fold = Fold::new("a.log", Arc::clone(&*MASKER), limits, Window::default());
    let mut reader = LogReader::new(lambda_log::Limits::default());
    reader.push(text.as_bytes(), &mut |entry| fold.add(entry));
    reader.finish(&mut |entry| fold.add(entry));
    fold.finish("orders")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn counts_are_bounded_and_no_secret_comes_out(lines in prop::collection::vec(line(), 0..40)) {
        let text = lines.concat();
        let analysis = analyse(&text, 4);
        let reports = text.matches("REPORT RequestId: r-").count() as u64;
        let killed = text.matches("signal: killed").count() as u64;
        for log in analysis.functions.values() {
            prop_assert!(log.invocations <= reports);
            prop_assert!(log.errors <= reports + killed);
            prop_assert!(log.out_of_memory <= log.errors && log.timeouts <= log.errors);
            prop_assert!(log.clusters.sorted().len() <= 4);
        }
        let all = format!("{analysis:?} {:?}", findings(&analysis, 0));
        prop_assert!(!all.contains(SECRET), "{all}");
    }

    #[test]
    fn quantiles_do_not_hang_on_the_order(values in prop::collection::vec(0.0_f64..1e9, 1..100), at in 0_usize..100) {
        let fold = |values: &[f64]| {
            let mut all = Quantiles::default();
            for value in values {
                all.add(*value);
            }
            all
        };
        let (one, two) = values.split_at(at.min(values.len()));
        let mut merged = fold(two);
        merged.merge(&fold(one));
        let whole = fold(&values);
        for part in [0.0, 0.5, 0.95, 1.0] {
            prop_assert_eq!(merged.at(part), whole.at(part));
        }
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let median = sorted.get(sorted.len().div_ceil(2) - 1).copied().unwrap_or_default();
        let found = whole.at(0.5).unwrap_or_default();
        prop_assert!((found - median).abs() <= median * 0.0101 + 1e-3, "{} {}", found, median);
    }

    #[test]
    fn any_message_has_a_bounded_template(message in ".{0,600}") {
        let words = template_of(&message);
        prop_assert!(words.len() <= 40);
        prop_assert!(words.iter().all(|word| !word.contains(char::is_whitespace)));
    }
}
