//! Requests over HTTP, for our own calls and for those of the SDK's credentials.

use std::{io::Read as _, time::Duration};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
            http_client_fn,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use http::{Request, Response};
use ureq::Agent;

/// How long a connection may take, and how long an answer may not begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one answer may take.
const LONGEST: Duration = Duration::from_mins(5);
/// Bytes of the largest answer that is read.
const MOST_BYTES: u64 = 64 << 20;

/// A client with a pool of connections. It checks certificates against Mozilla's list, follows no
/// redirect and takes the proxy that `HTTPS_PROXY` names, as the tools of AWS do.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    agent: Agent,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// No such host: the service does not exist in this region.
    #[error("there is no host `{0}`")]
    NoHost(String),
    /// Anything else; later it may work.
    #[error("{0}")]
    Broken(String),
}

impl Wire {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .timeout_recv_body(Some(LONGEST))
            .max_idle_connections(256)
            .max_idle_connections_per_host(32)
            .user_agent(concat!("faasguard-cloud/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }

    /// Sends a request and reads the answer whole.
    pub(crate) fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, WireError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let (parts, body) = self.run(request, &host)?.into_parts();
        let mut bytes = Vec::new();
        let read = body.into_reader().take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| WireError::Broken(format!("the answer broke off: {error}")))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(WireError::Broken(format!("the answer has more than {MOST_BYTES} bytes")));
        }
        Ok(Response::from_parts(parts, bytes))
    }

    /// Fetches what a signed address leads to, piece by piece.
    pub(crate) fn fetch(&self, url: &str) -> Result<(u16, impl std::io::Read + use<>), WireError> {
        let request = Request::get(url).body(Vec::new());
        let request = request.map_err(|error| WireError::Broken(error.to_string()))?;
        let host = request.uri().host().unwrap_or_default().to_owned();
        let (parts, body) = self.run(request, &host)?.into_parts();
        Ok((parts.status.as_u16(), body.into_reader()))
    }

    fn run(
        &self,
        request: Request<Vec<u8>>,
        host: &str,
    ) -> Result<Response<ureq::Body>, WireError> {
        let (parts, body) = request.into_parts();
        let result = if body.is_empty() && parts.method == http::Method::GET {
            self.agent.run(Request::from_parts(parts, ()))
        } else {
            self.agent.run(Request::from_parts(parts, body))
        };
        result.map_err(|error| match error {
            ureq::Error::HostNotFound => WireError::NoHost(host.to_owned()),
            ureq::Error::Timeout(_) => WireError::Broken(format!("no answer of `{host}` in time")),
            other => WireError::Broken(format!("no answer of `{host}`: {other}")),
        })
    }

    /// The same client for the SDK.
    pub(crate) fn for_sdk(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(SdkWire(self.clone()));
        http_client_fn(move |_, _| connector.clone())
    }
}

#[derive(Debug)]
struct SdkWire(Wire);

impl HttpConnector for SdkWire {
    /// Blocks: the runtime has a thread of its own for it, and credentials come seldom.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.send(request))
    }
}

impl SdkWire {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let user =
            |error: aws_smithy_runtime_api::http::HttpError| ConnectorError::user(error.into());
        let request = request.try_into_http1x().map_err(user)?;
        let (parts, body) = request.into_parts();
        let bytes = body.bytes().unwrap_or_default().to_vec();
        let response = self
            .0
            .send(Request::from_parts(parts, bytes))
            .map_err(|error| ConnectorError::io(error.into()))?;
        let (parts, bytes) = response.into_parts();
        let status = StatusCode::from(parts.status);
        let mut answer = HttpResponse::new(status, SdkBody::from(bytes));
        for (name, value) in &parts.headers {
            if let Ok(value) = value.to_str() {
                answer.headers_mut().append(name.as_str().to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}
