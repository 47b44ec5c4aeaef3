//! Against a real `moto_server`: skipped with a printed line where there is none.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use guard_settings::Secrets;

struct Moto {
    child: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Moto {
    /// That of `FAASGUARD_MOTO_SERVER`, of `target/clients` (where the clients of the guard's tests
    /// are installed), or on the path.
    fn start() -> Option<Self> {
        let installed =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/clients/python/bin/moto_server");
        let program = std::env::var("FAASGUARD_MOTO_SERVER").unwrap_or_else(|_| {
            let is_there = std::path::Path::new(installed).exists();
            if is_there { installed.to_owned() } else { "moto_server".to_owned() }
        });
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            let required = std::env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_some_and(|v| v == "1");
            assert!(!required, "moto_server is missing: pip install 'moto[server]'");
            println!("skipped: no {program}");
            return None;
        };
        let moto = Self { child, port };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(moto);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("moto_server does not listen");
    }

    fn call(&self, service: &str, target: &str, body: &str) {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {service}.eu-west-1.amazonaws.com\r\nConnection: close\r\n\
             Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {target}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=a/20150830/eu-west-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (status, text) = exchange(self.port, &request);
        assert_eq!(status, 200, "{text}");
    }
}

fn exchange(port: u16, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

fn get(port: u16, target: &str) -> (u16, String) {
    exchange(
        port,
        &format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
             X-Aws-Parameters-Secrets-Token: t\r\n\r\n"
        ),
    )
}

#[test]
fn secrets_and_parameters_of_a_real_service_are_served() {
    let Some(moto) = Moto::start() else { return };
    moto.call(
        "secretsmanager",
        "secretsmanager.CreateSecret",
        r#"{"Name":"prod/db","SecretString":"one","ClientRequestToken":"11112222-3333-4444-5555-666677778888"}"#,
    );
    moto.call(
        "ssm",
        "AmazonSSM.PutParameter",
        r#"{"Name":"/prod/key","Value":"the value","Type":"SecureString"}"#,
    );
    let url = format!("http://127.0.0.1:{}", moto.port);
    let environment = |name: &str| match name {
        "AWS_REGION" => Some("eu-west-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("a".to_owned()),
        "AWS_SESSION_TOKEN" => Some("t".to_owned()),
        "AWS_ENDPOINT_URL" => Some(url.clone()),
        _ => None,
    };
    let prefetch = vec!["prod/db".to_owned()];
    let settings = Secrets { port: 0, ttl_s: 300, prefetch };
    let handle = guard_secrets::start(&settings, &environment).unwrap();
    let port = handle.port();

    let secret = "/secretsmanager/get?secretId=prod%2Fdb";
    let (status, body) = get(port, secret);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"SecretString\"") && body.contains("one"), "{body}");

    moto.call(
        "secretsmanager",
        "secretsmanager.PutSecretValue",
        r#"{"SecretId":"prod/db","SecretString":"two","ClientRequestToken":"21112222-3333-4444-5555-666677778888"}"#,
    );
    assert!(get(port, secret).1.contains("one"), "served from memory");
    std::thread::sleep(Duration::from_millis(1100));
    assert!(get(port, &format!("{secret}&refreshNow=true")).1.contains("two"));
    assert!(get(port, &format!("{secret}&versionStage=AWSPREVIOUS")).1.contains("one"));

    let parameter = "/systemsmanager/parameters/get?name=%2Fprod%2Fkey";
    let (status, body) = get(port, &format!("{parameter}&withDecryption=true&version=1"));
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"the value\""), "{body}");
    assert!(!get(port, parameter).1.contains("\"the value\""), "not decrypted");

    let (status, body) = get(port, "/secretsmanager/get?secretId=nothing");
    // The service says 400, moto 404: it is passed on as it is.
    assert!(status == 400 || status == 404, "{status}");
    assert!(body.contains("ResourceNotFoundException"), "{body}");
}
