//! Connections, routes, answers.

use std::{
    fmt::Write as _,
    future::{Ready, ready},
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State as Shared},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    routing::{get, post},
};
use dashboard_view::{Answer, ICON, Query, SCRIPT, STYLE};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::sync::Semaphore;

use crate::{
    NoRandom, State, Token,
    gate::{ASK, Gate, Verdict},
};

/// Connections at once; more wait.
const MOST_CONNECTIONS: usize = 64;
/// Time for the head of a request, and for the next one of an open connection.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Time of a connection as a whole: a reader that never reads does not hold a page for ever.
const CONNECTION_TIME: Duration = Duration::from_mins(5);
/// Bytes of a head.
const HEAD_BYTES: usize = 16 << 10;
/// Pages drawn at once.
const WORKERS: usize = 4;

/// Nothing but our own style, script and pictures; nothing framed, sent or embedded.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A drawing has a style of its own and may do nothing else.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is reached from other machines.
    #[error(
        "`{0}` is not on the loopback; the dashboard is for this machine only, as in `127.0.0.1:0`"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be had.
    #[error("cannot listen on `{address}`: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// No token.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    /// The loop ended.
    #[error("the server ended: {0}")]
    Run(#[from] io::Error),
}

/// A server that listens and has not begun.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    gate: Arc<Gate>,
}

impl Server {
    /// Listens on an address of the loopback; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServeError`] when the address is another one or taken.
    pub fn bind(address: SocketAddr) -> Result<Self, ServeError> {
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
        let listen = |error| ServeError::Listen { address, error };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let gate = Gate {
            address: address.to_string(),
            port: address.port(),
            token: Token::random()?,
            session: Token::random()?,
        };
        Ok(Self { listener, gate: Arc::new(gate) })
    }

    /// The address with the token, for the browser.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.gate.address, self.gate.token.as_str())
    }

    /// Serves until the program ends.
    ///
    /// # Errors
    /// [`ServeError::Run`] when connections can no longer be taken.
    pub fn run(self, state: &Arc<State>) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(WORKERS)
            .build()?;
        let pages = router(&self.gate, state);
        Ok(runtime.block_on(accept(self.listener, pages))?)
    }
}

async fn accept(listener: TcpListener, pages: Router) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return Ok(()) };
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of descriptors, or the peer is gone already: the next one may do.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if !peer.ip().is_loopback() {
            continue;
        }
        let service = TowerToHyperService::new(pages.clone());
        tokio::spawn(async move {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES);
            let connection = http.serve_connection(TokioIo::new(stream), service);
            // How a browser leaves is its own affair.
            let _ = tokio::time::timeout(CONNECTION_TIME, connection).await;
            drop(permit);
        });
    }
}

fn router(gate: &Arc<Gate>, state: &Arc<State>) -> Router {
    Router::new()
        .route("/assets/dashboard.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/dashboard.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/assets/icon.svg", get(|| asset("image/svg+xml", ICON)))
        .route("/version", get(version))
        .route(ASK, post(ask))
        .fallback(page)
        .with_state(Arc::clone(state))
        .layer(from_fn_with_state(Arc::clone(gate), guarded))
}

/// The gate before every page, the headers of every answer behind it.
async fn guarded(Shared(gate): Shared<Arc<Gate>>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let mut answer = match gate.judge(request.method(), request.uri(), request.headers()) {
        Verdict::In => next.run(request).await,
        Verdict::Welcome => {
            let mut answer =
                text(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
            let headers = answer.headers_mut();
            headers.insert(header::LOCATION, HeaderValue::from_static("/"));
            if let Ok(cookie) = HeaderValue::from_str(&gate.cookie()) {
                headers.insert(header::SET_COOKIE, cookie);
            }
            answer
        }
        Verdict::Refused(status, words) => {
            let mut answer = text(status, "text/plain; charset=utf-8", format!("{words}\n"));
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            answer
        }
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let is_picture = headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "image/svg+xml");
    let policy = if is_picture { PICTURE_POLICY } else { POLICY };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    let mut timing = String::from("page;dur=");
    // Writing to a text can not fail.
    let _ = write!(timing, "{:.2}", began.elapsed().as_secs_f64() * 1e3);
    if let Ok(value) = HeaderValue::from_str(&timing) {
        headers.insert("server-timing", value);
    }
    answer
}

fn asset(kind: &'static str, content: &'static str) -> Ready<Response<Body>> {
    ready(text(StatusCode::OK, kind, content.to_owned()))
}

async fn version(Shared(state): Shared<Arc<State>>) -> Response<Body> {
    text(StatusCode::OK, "text/plain; charset=utf-8", state.site().version().to_string())
}

/// Takes the wish that the lake be asked again, and leads back to its page, which shows the answers when they are there.
async fn ask(Shared(state): Shared<Arc<State>>) -> Response<Body> {
    let asked = format!("/lake?asked={}", state.site().version());
    state.wish();
    let mut answer = text(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
    if let Ok(address) = HeaderValue::from_str(&asked) {
        answer.headers_mut().insert(header::LOCATION, address);
    }
    answer
}

/// Draws a page, beside the loop: a long list must not stop other connections.
async fn page(Shared(state): Shared<Arc<State>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let query = Query::parse(request.uri().query().unwrap_or_default());
    let draw = move || state.site().page(&path, &query, state.source());
    match tokio::task::spawn_blocking(draw).await {
        Ok(Answer { status, kind, text: content }) => {
            text(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), kind, content)
        }
        // A page that cannot be drawn must not end the others.
        Err(_) => text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/plain; charset=utf-8",
            "this page cannot be drawn; that is a fault of faasguard\n".to_owned(),
        ),
    }
}

fn text(status: StatusCode, kind: &'static str, content: String) -> Response<Body> {
    let mut answer = Response::new(Body::from(content));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
