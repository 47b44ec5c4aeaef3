//! Series and deployments: read or refused, examined and drawn without a fault.

#![no_main]

use anomaly::Params;
use libfuzzer_sys::fuzz_target;
use metric_series::{draw, examine, read_csv, read_deploys};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let deploys = read_deploys(&text).unwrap_or_default();
    let Ok(series) = read_csv(&text) else { return };
    let params = Params { warm_up: 4, ..Params::default() };
    let examined = examine("fuzz", &series, &deploys, &params, None);
    assert!(examined.judged.iter().all(|it| (0.0..=1.0).contains(&it.score)));
    assert!(draw("fuzz", &series, &examined, &deploys).ends_with("</svg>\n"));
});
