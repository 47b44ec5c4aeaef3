//! Who asks: the SDK's chain of credentials, and roles that are assumed with them.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, sts::AssumeRoleProvider};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use tokio::runtime::Runtime;

use crate::{
    reply::{Fault, FaultKind},
    wire::Wire,
};

/// Credentials are asked for again when they end within this time.
const MARGIN: Duration = Duration::from_mins(5);

/// The name of our sessions in the logs of the account.
const SESSION: &str = "faasguard-snapshot";

/// What the user says about credentials; the rest comes from the environment and `~/.aws`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// A profile of `~/.aws/config`.
    pub profile: Option<String>,
    /// The region to ask in first.
    pub region: Option<String>,
    /// Another address for every service: a server for tests.
    pub endpoint_url: Option<String>,
}

/// Credentials, given again before they end.
#[derive(Clone)]
pub struct Login {
    runtime: Arc<Runtime>,
    config: Arc<SdkConfig>,
    provider: SharedCredentialsProvider,
    known: Arc<Mutex<Option<Credentials>>>,
    wire: Wire,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Login").finish_non_exhaustive()
    }
}

impl Login {
    /// Reads settings and finds where credentials come from; none are asked for yet.
    ///
    /// # Errors
    /// [`Fault`] when nothing says where they come from.
    pub fn new(options: &LoginOptions) -> Result<Self, Fault> {
        Self::of(options, None)
    }

    /// The same with files of profiles in other places than `~/.aws/config` and `~/.aws/credentials`.
    ///
    /// # Errors
    /// As [`Login::new`].
    pub fn with_files(
        options: &LoginOptions,
        config: &Path,
        credentials: &Path,
    ) -> Result<Self, Fault> {
        let files = EnvConfigFiles::builder()
            .with_file(EnvConfigFileKind::Config, config)
            .with_file(EnvConfigFileKind::Credentials, credentials)
            .build();
        Self::of(options, Some(files))
    }

    fn of(options: &LoginOptions, files: Option<EnvConfigFiles>) -> Result<Self, Fault> {
        let failed = |message: &str| Fault::new(FaultKind::Other, "NoCredentials", message);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error.to_string()))?;
        let wire = Wire::new();
        let mut loader =
            aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(wire.for_sdk());
        if let Some(files) = files {
            loader = loader.profile_files(files);
        }
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &options.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(url) = &options.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = runtime.block_on(loader.load());
        let provider = config.credentials_provider().ok_or_else(|| {
            failed("no credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID, or sign in with `aws sso login`")
        })?;
        Ok(Self {
            runtime: Arc::new(runtime),
            config: Arc::new(config),
            provider,
            known: Arc::new(Mutex::new(None)),
            wire,
        })
    }

    /// The region of the settings.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        self.config.region().map(ToString::to_string)
    }

    /// The address that replaces those of every service: of the options, else `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<String> {
        self.config.endpoint_url().map(|url| url.trim_end_matches('/').to_owned())
    }

    /// The login of a role that this one may assume.
    #[must_use]
    pub fn assume(&self, role_arn: &str, external_id: Option<&str>) -> Self {
        let mut builder =
            AssumeRoleProvider::builder(role_arn).session_name(SESSION).configure(&self.config);
        if let Some(id) = external_id {
            builder = builder.external_id(id);
        }
        if self.config.region().is_none() {
            builder = builder.region(Region::from_static("us-east-1"));
        }
        let build = builder.build_from_provider(self.provider.clone());
        let provider = SharedCredentialsProvider::new(self.runtime.block_on(build));
        Self { provider, known: Arc::new(Mutex::new(None)), ..self.clone() }
    }

    /// Credentials that are good for some minutes.
    ///
    /// # Errors
    /// [`Fault`] when none can be had.
    pub(crate) fn credentials(&self) -> Result<Credentials, Fault> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(credentials) = known.as_ref().filter(|it| is_good(it)) {
            return Ok(credentials.clone());
        }
        let fresh = self.runtime.block_on(self.provider.provide_credentials());
        let fresh = fresh.map_err(|error| {
            let message = chain_of(&error);
            let is_denied = message.contains("AccessDenied");
            let kind = if is_denied { FaultKind::Denied } else { FaultKind::Other };
            Fault::new(kind, "NoCredentials", &message)
        })?;
        *known = Some(fresh.clone());
        Ok(fresh)
    }

    /// Lets go of credentials that a service called expired.
    pub(crate) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) const fn wire(&self) -> &Wire {
        &self.wire
    }
}

fn is_good(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| SystemTime::now() + MARGIN < end)
}

/// An error and its causes in one text.
fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
