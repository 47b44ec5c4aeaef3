//! What the guard measures of real clients: metrics in the log, subsegments at the daemon.

use std::{net::UdpSocket, time::Duration};

use guard_emulator::{Function, sample, set};
use serde_json::{Value, json};

use crate::stage::{Guard, Stage, languages};

#[test]
fn invocations_and_refusals_are_metrics_and_subsegments() {
    for language in languages() {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        daemon.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let address = daemon.local_addr().unwrap().to_string();
        let function = Function {
            variables: vec![("AWS_XRAY_DAEMON_ADDRESS".to_owned(), address)],
            ..Function::default()
        };
        let settings = json!({ "telemetry": { "emf": true, "xray": true } });
        let stage = Stage::with(language, Guard::Present, "handler", &settings, function);
        let mut hostile: Value = serde_json::from_str(sample("http-api").unwrap().text).unwrap();
        set(&mut hostile, "body.userId=1 OR 1=1--").unwrap();
        let records = [stage.ask(&json!({ "n": 1 })), stage.ask(&hostile), stage.ask(&json!(2))];

        // Metrics are told when the runtime asks for the next event.
        let metrics: Vec<Value> = stage
            .log_with(&format!("\"requestId\":\"{}\"", records[2].request_id))
            .lines()
            .filter_map(|line| line.split_once(' ')?.1.strip_prefix("{\"_aws\":"))
            .map(|rest| serde_json::from_str(&format!("{{\"_aws\":{rest}")).unwrap())
            .collect();
        let of = |id: &str| metrics.iter().find(|line| line["requestId"] == id).unwrap();
        let [first, refused, last] = &records;
        let first = of(&first.request_id);
        assert_eq!((&first["ColdStarts"], &first["Refused"]), (&json!(1), &json!(0)), "{first}");
        assert!(first["InitDuration"].as_f64().unwrap() > 1.0, "{first}");
        assert!(first["PeakMemory"].as_u64().unwrap() > 1 << 20, "{first}");
        let refused = of(&refused.request_id);
        assert_eq!((&refused["ColdStarts"], &refused["Refused"]), (&json!(0), &json!(1)));
        assert_eq!(of(&last.request_id)["ColdStarts"], 0);
        let by_class = metrics.iter().find(|line| line["class"] == "sql");
        assert_eq!(by_class.map(|line| &line["Blocked"]), Some(&json!(1)), "{metrics:#?}");

        for record in &records {
            let mut datagram = [0; 8192];
            let count = daemon.recv(&mut datagram).unwrap();
            let text = std::str::from_utf8(&datagram[..count]).unwrap();
            let document: Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
            let root = document["trace_id"].as_str().unwrap();
            assert!(record.trace.contains(root), "{language:?}: {} {document}", record.trace);
        }
    }
}
