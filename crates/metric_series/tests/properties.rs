//! No text breaks the reader, the detector or the drawing.

use anomaly::Params;
use metric_series::{Deploy, draw, examine, read_csv, read_deploys};
use proptest::prelude::*;

fn row() -> impl Strategy<Value = String> {
    let moment = prop_oneof![
        (0_i64..4_000_000_000).prop_map(|time| time.to_string()),
        (0_u32..28, 0_u32..24)
            .prop_map(|(day, hour)| format!("2026-02-{:02} {hour:02}:00:00", day + 1)),
        ".{0,12}",
    ];
    let value = prop_oneof![any::<f64>().prop_map(|value| value.to_string()), "[0-9.,\"<&-]{0,9}"];
    (moment, value).prop_map(|(moment, value)| format!("{moment},{value}\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_series_is_drawn_as_xml(rows in prop::collection::vec(row(), 0..300), name in ".{0,20}") {
        let text = format!("timestamp,value\n{}", rows.concat());
        let Ok(series) = read_csv(&text) else { return Ok(()) };
        let deploys = [Deploy { time: series.points[0].time, series: None }];
        let params = Params { warm_up: 4, ..Params::default() };
        let examined = examine(&name, &series, &deploys, &params, None);
        prop_assert_eq!(examined.judged.len(), series.points.len());
        let svg = draw(&name, &series, &examined, &deploys);
        let parsed = roxmltree::Document::parse(&svg);
        prop_assert!(parsed.is_ok(), "{:?}\n{svg}", parsed.err());
        let document = parsed.unwrap();
        let drawing = document.root_element();
        prop_assert!(drawing.descendants().all(|node| !node.has_tag_name("script")));
        prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,400}", deploys in ".{0,80}") {
        let _ = read_csv(&text);
        let _ = read_deploys(&deploys);
    }
}
