//! The function that is played: its name, limits, and what its runtime finds in the environment.

use std::{net::SocketAddr, time::Duration};

/// The account of every name that we make up.
pub const ACCOUNT: &str = "111122223333";

/// What Lambda knows of a function before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What the runtime runs: `app.handler`. Some clients take it from their arguments instead.
    pub handler: String,
    /// Its region.
    pub region: String,
    /// Memory in MiB; told to the function and in reports, not enforced.
    pub memory_mib: u32,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// How many invocations one environment works on at once; 1 is Lambda's ordinary mode.
    pub concurrency: u32,
    /// Largest answer that is not streamed, in bytes.
    pub max_response_bytes: usize,
    /// Largest answer that is streamed, in bytes.
    pub max_stream_bytes: usize,
    /// Variables besides those of Lambda.
    pub variables: Vec<(String, String)>,
}

impl Default for Function {
    fn default() -> Self {
        Self {
            name: "orders".to_owned(),
            handler: "app.handler".to_owned(),
            region: "eu-central-1".to_owned(),
            memory_mib: 128,
            timeout: Duration::from_secs(30),
            concurrency: 1,
            // 6 MB and a little, as Lambda has it.
            max_response_bytes: 6 * 1024 * 1024 + 100,
            max_stream_bytes: 200 * 1024 * 1024,
            variables: Vec::new(),
        }
    }
}

impl Function {
    /// `arn:aws:lambda:…:function:orders`.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{ACCOUNT}:function:{}", self.region, self.name)
    }

    /// The environment of the runtime and of extensions.
    ///
    /// Source: Lambda Developer Guide, "Defined runtime environment variables". No credentials.
    #[must_use]
    pub fn environment(&self, runtime_api: SocketAddr) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.memory_mib.to_string()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local/[$LATEST]1".to_owned()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("_HANDLER", self.handler.clone()),
            ("TZ", ":UTC".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if self.concurrency > 1 {
            let concurrency = self.concurrency.to_string();
            environment.push(("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), concurrency));
        }
        environment.extend(self.variables.iter().cloned());
        environment
    }
}
