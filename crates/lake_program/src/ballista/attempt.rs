//! One attempt at a query: the job, the watch over its progress, and its cancellation.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use arrow::record_batch::RecordBatch;
use ballista_core::{
    execution_plans::DistributedQueryExec,
    serde::protobuf::{
        CancelJobParams, CleanJobDataParams, scheduler_grpc_client::SchedulerGrpcClient,
    },
};
use datafusion::{
    execution::TaskContext,
    physical_plan::{ExecutionPlan, execute_stream},
    prelude::{DataFrame, SessionContext},
};
use datafusion_proto::protobuf::LogicalPlanNode;
use futures::StreamExt as _;

use super::{
    Limits,
    rest::{Rest, Stage},
};

/// Pause between two looks at a job.
const LOOK: Duration = Duration::from_secs(1);
/// Longest wait for a scheduler to take a cancellation.
const CANCEL_TIME: Duration = Duration::from_secs(5);

/// Cancellations that are under way.
static CANCELLING: AtomicUsize = AtomicUsize::new(0);

/// Waits until every cancellation has reached its scheduler, or none can.
pub(super) async fn cancellations() {
    while CANCELLING.load(Ordering::Acquire) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How an attempt ended.
pub(super) enum Ended {
    Answered(Vec<RecordBatch>),
    /// Another attempt would end the same.
    Refused(String),
    /// The job failed, by the query's own fault or the cluster's.
    Failed(String),
    /// The cluster was at fault.
    Lost(String),
}

/// Ballista does again what an executor had done that died, and then hands on both: answers with doubled rows
/// were seen. No answer of such a job is taken.
const RERUN: &str = "an executor was lost, and what is done again on the rest is not trusted";

/// What an attempt is made with.
pub(super) struct Attempt<'a> {
    pub(super) context: &'a SessionContext,
    pub(super) scheduler: String,
    pub(super) rest: Rest,
    pub(super) limits: &'a Limits,
    pub(super) until: Instant,
}

impl Attempt<'_> {
    pub(super) async fn run(&self, frame: DataFrame) -> Ended {
        let plan = match frame.create_physical_plan().await {
            Ok(plan) => plan,
            Err(error) => return Ended::Refused(error.to_string()),
        };
        let mut job =
            Job { plan: Arc::clone(&plan), scheduler: self.scheduler.clone(), cancel: true };
        // A task of its own: a fault inside of the engine ends it alone.
        let receiving =
            tokio::spawn(receive(plan, self.context.task_ctx(), self.limits.answer_bytes));
        let stop = receiving.abort_handle();
        let ended = tokio::select! {
            received = receiving => match received {
                Ok(Ended::Answered(batches)) => self.checked(&job, batches).await,
                Ok(ended) => ended,
                Err(fault) => Ended::Failed(format!("the client of the cluster failed: {fault}")),
            },
            ended = self.watch(&job) => ended,
        };
        stop.abort();
        // A job that has ended takes a cancellation without harm; one that goes on must not.
        job.cancel = !matches!(ended, Ended::Answered(_));
        ended
    }

    /// The answer, when no work of its job was done twice.
    async fn checked(&self, job: &Job, batches: Vec<RecordBatch>) -> Ended {
        // A plan without a job asked nobody.
        let Some(id) = job.id() else { return Ended::Answered(batches) };
        match self.rest.stages(&id).await {
            Ok(stages) if stages.iter().any(Stage::was_rerun) => Ended::Lost(RERUN.to_owned()),
            Ok(_) => Ended::Answered(batches),
            Err(error) => {
                Ended::Lost(format!("whether work was done twice cannot be told: {error}"))
            }
        }
    }

    /// Looks at the job until something is wrong with it.
    async fn watch(&self, job: &Job) -> Ended {
        let mut progress = Vec::new();
        let (mut moved, mut staffed) = (Instant::now(), Instant::now());
        loop {
            tokio::time::sleep(LOOK).await;
            if Instant::now() >= self.until {
                let limit = self.limits.deadline.as_secs();
                return Ended::Refused(format!(
                    "it did not end within {limit} s; give a longer --timeout"
                ));
            }
            // A scheduler that does not answer is told by the receiving side, or is no progress.
            if self.rest.executors().await.is_ok_and(|number| number > 0) {
                staffed = Instant::now();
            }
            if let Some(id) = job.id()
                && let Ok(stages) = self.rest.stages(&id).await
            {
                if stages.iter().any(Stage::was_rerun) {
                    return Ended::Lost(RERUN.to_owned());
                }
                let now: Vec<_> = stages
                    .iter()
                    .map(|stage| (stage.id.clone(), stage.status.clone(), stage.successful()))
                    .collect();
                if now != progress {
                    (progress, moved) = (now, Instant::now());
                }
            }
            if staffed.elapsed() >= self.limits.no_executor {
                let limit = self.limits.no_executor.as_secs();
                return Ended::Lost(format!("the scheduler has had no executor for {limit} s"));
            }
            if moved.elapsed() >= self.limits.stall {
                let limit = self.limits.stall.as_secs();
                return Ended::Lost(format!("no task of the job ended within {limit} s"));
            }
        }
    }
}

/// The rows of a plan, all of them or none.
async fn receive(plan: Arc<dyn ExecutionPlan>, context: Arc<TaskContext>, most: usize) -> Ended {
    let mut stream = match execute_stream(plan, context) {
        Ok(stream) => stream,
        Err(error) => return Ended::Refused(error.to_string()),
    };
    let (mut batches, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        match batch {
            Ok(batch) => {
                bytes += batch.get_array_memory_size();
                if bytes > most {
                    let most = most >> 20;
                    return Ended::Refused(format!(
                        "the answer takes more than {most} MB; ask for less, or in parts"
                    ));
                }
                batches.push(batch);
            }
            Err(error) => {
                let message = error.to_string();
                // The scheduler could not read the plan or plan the query: it will not the next time.
                let refused = ["PlanParsingFailure", "Could not parse plan", "Version"];
                return if refused.iter().any(|word| message.contains(word)) {
                    Ended::Refused(message)
                } else {
                    Ended::Failed(message)
                };
            }
        }
    }
    Ended::Answered(batches)
}

/// A job that was or will be submitted: on drop it is cancelled, or, when it was answered, its shuffles are
/// removed from the executors.
struct Job {
    plan: Arc<dyn ExecutionPlan>,
    scheduler: String,
    cancel: bool,
}

impl Job {
    /// The scheduler's name of the job, once it has one.
    fn id(&self) -> Option<String> {
        let query = self.plan.downcast_ref::<DistributedQueryExec<LogicalPlanNode>>()?;
        Some(query.job_id()?.into())
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let Some(job_id) = self.id() else { return };
        let (scheduler, cancel) = (self.scheduler.clone(), self.cancel);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        CANCELLING.fetch_add(1, Ordering::AcqRel);
        runtime.spawn(async move {
            let told = async {
                let Ok(mut client) = SchedulerGrpcClient::connect(scheduler).await else { return };
                // Best effort: a scheduler that is gone has forgotten the job, and old shuffles are swept.
                if cancel {
                    let _ = client.cancel_job(CancelJobParams { job_id }).await;
                } else {
                    let _ = client
                        .clean_job_data(CleanJobDataParams {
                            job_id,
                            ..CleanJobDataParams::default()
                        })
                        .await;
                }
            };
            let _ = tokio::time::timeout(CANCEL_TIME, told).await;
            CANCELLING.fetch_sub(1, Ordering::AcqRel);
        });
    }
}
