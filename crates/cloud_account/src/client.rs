//! One signed call.

use std::time::SystemTime;

use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use http::{Request, Response};
use serde_json::Value;

use crate::{
    login::Login,
    reply::{self, Fault, FaultKind},
    request::{ACCOUNT_HEADER, Plain},
    table::{Protocol, Service},
    wire::WireError,
};

/// Where calls go, and as whom.
#[derive(Clone, Debug)]
pub struct Client {
    login: Login,
    partition: String,
    endpoint_url: Option<String>,
}

impl Client {
    /// A client of the services of one partition.
    #[must_use]
    pub fn new(login: &Login, partition: &str) -> Self {
        let endpoint_url = login.endpoint_url();
        Self { login: login.clone(), partition: partition.to_owned(), endpoint_url }
    }

    /// As whom it asks.
    #[must_use]
    pub const fn login(&self) -> &Login {
        &self.login
    }

    /// Whether an address replaces those of every service.
    #[must_use]
    pub const fn is_redirected(&self) -> bool {
        self.endpoint_url.is_some()
    }

    /// Sends one request and reads its answer. `region` is none for a service that is the same everywhere.
    ///
    /// # Errors
    /// [`Fault`] with what can be done about it. Nothing is tried again here, but a bucket in the region that
    /// the service names.
    pub fn call(
        &self,
        service: &Service,
        region: Option<&str>,
        plain: &Plain,
        arrays: &[String],
    ) -> Result<Value, Fault> {
        let (host, region) = self.place(service, region)?;
        let first = self.send(service, &host, &region, plain, arrays);
        match first {
            Err(Fault { region: Some(there), .. }) if there != region && is_region(&there) => {
                let host = format!("{}.{there}.{}", service.host(), self.suffix());
                self.send(service, &host, &there, plain, arrays)
            }
            other => other,
        }
    }

    /// Fetches the bytes of a `GET`. A bucket in another region is a fault that names it.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub fn bytes(&self, service: &Service, region: &str, plain: &Plain) -> Result<Vec<u8>, Fault> {
        let (host, region) = self.place(service, Some(region))?;
        let response = self.answer(service, &host, &region, plain)?;
        let (parts, body) = response.into_parts();
        if parts.status.is_success() {
            return Ok(body);
        }
        let header =
            |name: &str| parts.headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
        let status = parts.status.as_u16();
        let fault = reply::read(status, header, &body, true, &[]).err();
        let fault = fault.unwrap_or_else(|| Fault::new(FaultKind::Other, "NoAnswer", "none came"));
        if fault.kind == FaultKind::Expired {
            self.login.forget();
        }
        Err(fault)
    }

    /// Host and region that is signed for.
    fn place(&self, service: &Service, region: Option<&str>) -> Result<(String, String), Fault> {
        if service.is_global() {
            let (host, region) = service.global.get(&self.partition).ok_or_else(|| {
                let message = format!("`{}` is not known in `{}`", service.name, self.partition);
                Fault::new(FaultKind::NotAvailable, "NoEndpoint", &message)
            })?;
            return Ok((host.clone(), region.clone()));
        }
        let region = region.unwrap_or("us-east-1");
        Ok((format!("{}.{region}.{}", service.host(), self.suffix()), region.to_owned()))
    }

    fn suffix(&self) -> &'static str {
        if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    fn send(
        &self,
        service: &Service,
        host: &str,
        region: &str,
        plain: &Plain,
        arrays: &[String],
    ) -> Result<Value, Fault> {
        let response = self.answer(service, host, region, plain)?;
        let (parts, body) = response.into_parts();
        let header =
            |name: &str| parts.headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
        let is_xml = matches!(service.protocol, Protocol::Query | Protocol::RestXml);
        let answer = reply::read(parts.status.as_u16(), header, &body, is_xml, arrays);
        if answer.as_ref().is_err_and(|fault| fault.kind == FaultKind::Expired) {
            self.login.forget();
        }
        answer
    }

    fn answer(
        &self,
        service: &Service,
        host: &str,
        region: &str,
        plain: &Plain,
    ) -> Result<Response<Vec<u8>>, Fault> {
        let account = plain.headers.iter().find(|(name, _)| *name == ACCOUNT_HEADER);
        let before = account.map_or_else(String::new, |(_, account)| format!("{account}."));
        let base = self.endpoint_url.clone().unwrap_or_else(|| format!("https://{before}{host}"));
        let url = format!("{base}{}", plain.path);
        let request = self.signed(service, region, &url, plain)?;
        self.login.wire().send(request).map_err(|error| match error {
            WireError::NoHost(_) if self.endpoint_url.is_none() => {
                Fault::new(FaultKind::NotAvailable, "NoSuchHost", &error.to_string())
            }
            _ => Fault::new(FaultKind::Transient, "NoConnection", &error.to_string()),
        })
    }

    fn signed(
        &self,
        service: &Service,
        region: &str,
        url: &str,
        plain: &Plain,
    ) -> Result<Request<Vec<u8>>, Fault> {
        let failed = |message: String| Fault::new(FaultKind::Other, "NotSigned", &message);
        let mut builder = Request::builder().method(plain.method.as_str()).uri(url);
        for (name, value) in &plain.headers {
            builder = builder.header(*name, value);
        }
        let mut request =
            builder.body(plain.body.clone()).map_err(|error| failed(error.to_string()))?;
        let identity = self.login.credentials()?.into();
        let mut settings = SigningSettings::default();
        if service.signing() == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service.signing())
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|error| failed(error.to_string()))?
            .into();
        let headers = plain.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(&plain.body);
        let signable = SignableRequest::new(&plain.method, url, headers, body)
            .map_err(|error| failed(error.to_string()))?;
        let signing = sign(signable, &parameters).map_err(|error| failed(error.to_string()))?;
        signing.into_parts().0.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// A region as the header of a stranger's bucket names it: it becomes a part of a host.
fn is_region(text: &str) -> bool {
    let is_fit = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (4..=32).contains(&text.len()) && text.bytes().all(is_fit)
}
