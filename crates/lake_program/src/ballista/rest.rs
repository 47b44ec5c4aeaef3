//! What a scheduler tells over HTTP about jobs and executors: one request a connection, bounded in size and time.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES: u64 = 64 << 20;
/// Longest that an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// The HTTP side of a scheduler.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    host: String,
    port: u16,
}

/// One stage of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Stage {
    #[serde(rename = "stage_id")]
    pub(crate) id: String,
    #[serde(rename = "stage_status")]
    pub(crate) status: String,
    /// `None` where the scheduler knows of no task.
    tasks: Vec<Option<Task>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Task {
    /// A word, or an object when the task failed.
    status: serde_json::Value,
    /// The partitions of the stage that the task works on.
    partition_id: Vec<u32>,
}

#[derive(Deserialize)]
struct Stages {
    stages: Vec<Stage>,
}

impl Stage {
    /// Number of tasks that ended well.
    pub(crate) fn successful(&self) -> usize {
        let ended = |task: &&Task| task.status.as_str() == Some("Successful");
        self.tasks.iter().flatten().filter(ended).count()
    }

    /// Whether a partition was given out more than once: what had the first task of it was lost.
    pub(crate) fn was_rerun(&self) -> bool {
        let mut seen = HashSet::new();
        let mut partitions = self.tasks.iter().flatten().flat_map(|task| &task.partition_id);
        !partitions.all(|partition| seen.insert(partition))
    }
}

impl Rest {
    pub(crate) fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port }
    }

    /// Number of executors that the scheduler takes for alive.
    ///
    /// # Errors
    /// When the scheduler does not answer as one.
    pub(crate) async fn executors(&self) -> anyhow::Result<usize> {
        let answer = self.get("/api/executors").await?;
        let executors: Vec<serde_json::Value> = serde_json::from_slice(&answer)?;
        Ok(executors.len())
    }

    /// The stages of a job, by name.
    ///
    /// # Errors
    /// When the scheduler does not answer, or does not know the job (yet).
    pub(crate) async fn stages(&self, job: &str) -> anyhow::Result<Vec<Stage>> {
        if !job.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            bail!("a job of that name cannot be asked for");
        }
        let answer = self.get(&format!("/api/job/{job}/stages")).await?;
        let mut stages = serde_json::from_slice::<Stages>(&answer)?.stages;
        // They come in any order, which must not look like progress.
        stages.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(stages)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        tokio::time::timeout(ANSWER_TIME, self.exchange(path))
            .await
            .context("the scheduler takes too long to answer")?
    }

    async fn exchange(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let mut stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        // HTTP/1.0: the answer ends with the connection and comes in one piece.
        let request =
            format!("GET {path} HTTP/1.0\r\nhost: {}\r\nconnection: close\r\n\r\n", self.host);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
        body(answer)
    }
}

/// The body of an answer of HTTP/1.0 with status 200.
fn body(mut answer: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.context("the scheduler's answer is no HTTP")?;
    let status = answer.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    if status != b"200" {
        bail!(
            "the scheduler answers {}",
            String::from_utf8_lossy(status.get(..3).unwrap_or(status))
        );
    }
    Ok(answer.split_off(end + 4))
}

#[cfg(test)]
mod tests {
    use super::{Rest, Stages, body};

    #[test]
    fn a_body_follows_the_head_of_a_good_answer() {
        assert_eq!(body(b"HTTP/1.0 200 OK\r\na: b\r\n\r\n[]".to_vec()).unwrap(), b"[]");
        assert!(body(b"HTTP/1.0 404 Not Found\r\n\r\n".to_vec()).is_err());
        assert!(body(b"HTTP/1.0 200 OK\r\na: b".to_vec()).is_err());
        assert!(body(Vec::new()).is_err());
    }

    #[test]
    fn successful_tasks_are_counted_beside_running_and_failed_ones() {
        let text = r#"{"stages": [{"stage_id": "1", "stage_status": "Running", "input_rows": 1, "tasks": [
            null, {"id": 1, "partition_id": [0], "status": "Successful"}, {"id": 2, "partition_id": [1, 2], "status": "Running"},
            {"id": 3, "partition_id": [3], "status": {"Failed": {"reason": "x", "error": "y"}}}]}]}"#;
        let stages: Stages = serde_json::from_str(text).unwrap();
        assert_eq!(stages.stages[0].successful(), 1);
        assert!(!stages.stages[0].was_rerun());
        let again = text.replace("[3]", "[2]");
        let stages: Stages = serde_json::from_str(&again).unwrap();
        assert!(stages.stages[0].was_rerun());
    }

    #[tokio::test]
    async fn a_name_of_a_job_never_changes_the_request() {
        assert!(Rest::new("127.0.0.1", 1).stages("a HTTP/1.0\r\nx: y").await.is_err());
    }
}
