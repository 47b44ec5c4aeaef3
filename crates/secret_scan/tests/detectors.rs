//! Each detector finds its examples in a file and leaves its negative examples alone.

use secret_patterns::{detectors, scan_detectors};
use secret_scan::Scanner;

fn kinds(scanner: &Scanner, text: &str) -> Vec<String> {
    let text = text.replace('·', "");
    scanner.scan("settings", text.as_bytes()).iter().map(|it| it.kind.to_string()).collect()
}

#[test]
fn every_example_is_found_in_a_file() {
    let scanner = Scanner::default();
    let mut missed = Vec::new();
    let with_shape = detectors().iter().filter(|it| it.names.is_empty());
    for detector in with_shape.chain(scan_detectors()) {
        for example in detector.examples {
            // Keys of Mailchimp and bare values of headers need a name round them in a file.
            let is_bare = ["mailchimp-key", "authorization-header"].contains(&detector.kind);
            if !is_bare && kinds(&scanner, example).is_empty() {
                missed.push(format!("{}: `{example}`", detector.kind));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_negative_example_is_found_in_a_file() {
    let scanner = Scanner::default();
    let mut wrong = Vec::new();
    for detector in scan_detectors() {
        for example in detector.negative_examples {
            if kinds(&scanner, example).iter().any(|kind| kind == detector.kind) {
                wrong.push(format!("{}: `{example}`", detector.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Lines as people write them, in which a word says secret and no secret stands; and, beside each, a
/// line of the same form that holds one.
#[test]
fn words_of_programs_and_documents_are_no_secrets() {
    let scanner = Scanner::default();
    for (path, quiet, told) in [
        ("a.json", r#""output_token": "nextPageToken","#, r#""output_token": "nX4tPq9geTok3n","#),
        ("a.json", r#""output_token": "NextMarker || Contents[-1].Key""#, ""),
        ("a.json", r#""jsonwebtoken": ">=9.0.0""#, r#""jsonwebtoken": "9fJ2kQ7xLw3ZbR8v""#),
        ("a.yaml", r#"token: "$context.authorizer.token""#, r#"token: "$cont3xt!authoriz3r-7""#),
        ("a.yaml", "arn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:Orders-a1B2c3", ""),
        ("a.tf", "s3_key = aws_s3_object.lambda_app.key", "s3_key = \"9fJ2kQ7xLw3ZbR8vT1yN\""),
        ("a.py", "# proxy <username>:<password>@proxy-host", ""),
        ("a.html", "the user password.</p> <p>Alternatively, you call", ""),
        (
            "a.py",
            "url = 'postgres://user:pass@localhost/orders'",
            "url = 'postgres://orders:h4rd-91@db/orders'",
        ),
        (
            "a.py",
            "# http://username:password@host.com:80/path",
            "# http://deploy:h4rd-91@git.internal/path",
        ),
        ("a.js", "sql = \"user='a' and password='\"+password+\"'\"", ""),
        ("a.js", "'x-amz-security-token:'+options.credentials.sessionToken", ""),
        ("a.yaml", r"regex: (?<SECRET>[0-9a-zA-Z]{32,45})", ""),
        ("a.json", r#""linkedin": "annasmithers""#, ""),
        (
            "a.sh",
            "export ACCESS_KEY=`get-secret /orders/key`",
            "export ACCESS_KEY=q8SxA1bQvT4mZcE7uJ0w",
        ),
        ("a.js", "Key: \"orders/pdf/ri22-91.pdf\"", ""),
        (
            "a.html",
            "<input name=\"authenticity_token\" value=\"7SWa-Fo1_hsC6oovfBsJFLGPUl2EhkSW\">",
            "",
        ),
    ] {
        let found = scanner.scan(path, quiet.as_bytes());
        assert!(found.is_empty(), "{quiet}: {found:?}");
        if !told.is_empty() {
            assert_eq!(scanner.scan(path, told.as_bytes()).len(), 1, "{told}");
        }
    }
}
