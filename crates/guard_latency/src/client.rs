//! A runtime client of a few lines.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use crate::{Failure, Outcome};

/// A runtime that gives each event back and does nothing else.
pub(crate) fn run() -> Outcome {
    let stream = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API")?)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        writer.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n")?;
        let (id, body) = answer(&mut reader)?;
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let mut request =
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len())
                .into_bytes();
        request.extend_from_slice(&body);
        writer.write_all(&request)?;
        answer(&mut reader)?;
    }
}

/// The request id, where there is one, and the body of an answer with a length.
fn answer(reader: &mut impl BufRead) -> Result<(String, Vec<u8>), Failure> {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err("the Runtime API closed".into());
        }
        match line.trim_end().split_once(": ") {
            None if line.trim_end().is_empty() => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse()?;
            }
            Some((name, value)) if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") => {
                value.clone_into(&mut id);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((id, body))
}
