//! A server on the loopback that answers as a test says and remembers what it was asked.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request, as far as answers depend on it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// `x-amz-target` without its prefix, or `Action` of a form; else empty.
    pub(crate) operation: String,
    pub(crate) body: String,
    /// The region that was signed for.
    pub(crate) region: String,
    /// Where the request went.
    pub(crate) host: String,
    pub(crate) is_signed: bool,
}

/// Status, further headers, body.
pub(crate) type Reply = (u16, &'static str, String);

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Listens until the test ends. `answer` gets a request and how many of the same operation came before.
    pub(crate) fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &seen, &*answer));
            }
        });
        Self { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often an operation, or a path, was asked.
    pub(crate) fn count(&self, name: &str) -> usize {
        let is = |it: &&Asked| it.operation == name || it.path.contains(name);
        self.asked().iter().filter(is).count()
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Reply) {
    let mut reader = BufReader::new(stream);
    let Some(asked) = read(&mut reader) else { return };
    let before = {
        let mut seen = seen.lock().unwrap();
        let same = |it: &&Asked| it.operation == asked.operation && it.path == asked.path;
        let before = seen.iter().filter(same).count();
        seen.push(asked.clone());
        before
    };
    let (status, headers, body) = answer(&asked, before);
    let text = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = reader.into_inner().write_all(text.as_bytes());
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut is_signed) = (0, false);
    let (mut operation, mut region, mut host) = (String::new(), String::new(), String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "host" => value.trim().clone_into(&mut host),
            "content-length" => length = value.trim().parse().ok()?,
            "x-amz-target" => value.rsplit('.').next()?.clone_into(&mut operation),
            "authorization" => {
                is_signed = value.contains("AWS4-HMAC-SHA256") && value.contains("Signature=");
                value.split('/').nth(2).unwrap_or_default().clone_into(&mut region);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    if let Some(action) = body.strip_prefix("Action=") {
        action.split('&').next()?.clone_into(&mut operation);
    }
    Some(Asked { method, path, operation, body, region, host, is_signed })
}
