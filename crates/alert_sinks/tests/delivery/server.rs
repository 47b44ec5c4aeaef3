//! An HTTP server on the loopback that answers as it was told and remembers what it was asked.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How a request is answered; the last one of a list holds for all that follow.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A status and headers.
    Status(u16, Vec<String>),
    /// The connection is closed.
    Hangup,
    /// Nothing, for long.
    Silence,
}

impl Answer {
    pub(crate) fn status(status: u16) -> Self {
        Self::Status(status, Vec::new())
    }

    pub(crate) fn with(mut self, header: &str) -> Self {
        if let Self::Status(_, headers) = &mut self {
            headers.push(header.to_owned());
        }
        self
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) at: Instant,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        if answers.is_empty() {
            return Self { port, requests };
        }
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answers) = (Arc::clone(&kept), answers.clone());
                thread::spawn(move || serve(&stream, &answers, &kept));
            }
        });
        Self { port, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// An address at which nobody listens any more.
    pub(crate) fn gone(self) -> String {
        self.url("/gone")
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, answers: &[Answer], kept: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let Some(request) = read(&mut reader) else { return };
        let answer = {
            let mut kept = kept.lock().unwrap();
            kept.push(request);
            answers.get(kept.len() - 1).or(answers.last()).unwrap().clone()
        };
        match answer {
            Answer::Status(status, headers) => {
                let mut head = format!("HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n");
                if status == 204 {
                    head = format!("HTTP/1.1 {status} Said\r\n");
                }
                for header in headers {
                    head.push_str(&header);
                    head.push_str("\r\n");
                }
                head.push_str(if status == 204 { "\r\n" } else { "\r\nok" });
                stream.write_all(head.as_bytes()).unwrap();
            }
            Answer::Hangup => return,
            Answer::Silence => thread::sleep(Duration::from_mins(1)),
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { at: Instant::now(), headers, body })
}
