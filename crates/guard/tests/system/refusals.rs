//! Both official clients: what is hostile does not reach the handler, and its benign twin does.

use guard_emulator::{sample, set};
use serde_json::Value;

use crate::stage::{Guard, Stage, languages};

fn event(name: &str, assignments: &[&str]) -> Value {
    let mut event = serde_json::from_str(sample(name).unwrap().text).unwrap();
    for assignment in assignments {
        set(&mut event, assignment).unwrap();
    }
    event
}

#[test]
fn the_vulnerable_handler_is_vulnerable() {
    for language in languages() {
        let stage = Stage::start(language, Guard::Absent, "vulnerable");
        let answer = stage.ask(&event("http-api", &["body.userId=1 OR 1=1--"])).json().unwrap();
        let rows: Vec<String> = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(rows, ["7", "8"], "{language:?}: every row");
        let key =
            event("s3", &["Records[0].s3.object.key=../../../../../../../../../../etc/passwd"]);
        let answer = stage.ask(&key).json().unwrap_or_default();
        assert!(answer.as_str().is_some_and(|text| text.contains("root:")), "{answer}");
        assert_eq!(stage.marks().len(), 2, "{language:?}");
    }
}
