//! What may die under a query on Ballista, and what must come of it.

use std::{thread, time::Duration};

use super::{
    Bench,
    answers::Rows,
    services::{
        Client, Cluster, Missed, Place, Service, Stage, executors, free_port, job_status, local,
        rows, signal, stages, wait_for_stages, wait_until,
    },
};
use crate::{Failure, Outcome};

/// Three stages: every row read and grouped, the groups put together, all of it sorted. The expressions are
/// there to take time in the first and in the second, so that something can die in between.
const SQL: &str = "SELECT actor_arn, event_name, source_ip, region, sum(1) AS calls, min(time) AS first, \
     min(length(regexp_replace(raw, '[aeiou]', 'xy', 'g'))) AS shortest, \
     length(regexp_replace(max(raw), '[a-z]', 'xy', 'g')) AS largest \
     FROM events GROUP BY actor_arn, event_name, source_ip, region \
     ORDER BY calls DESC, actor_arn, event_name, source_ip, region";

/// Seconds that a query may take under which an executor is stopped.
const DEADLINE: &str = "140";

/// When something dies under a job, as the scheduler tells its stages.
#[derive(Clone, Copy)]
enum Moment {
    /// Some tasks of the first stage are done, others are not.
    FirstStage,
    /// The first stage is done, and the work of a later one has begun.
    LaterStage,
}

impl Moment {
    fn is_now(self, stages: &[Stage]) -> bool {
        let Some((first, later)) = stages.split_first() else { return false };
        match self {
            Self::FirstStage => {
                first.status == "Running"
                    && first.successful > 0
                    && first.successful < first.tasks.max(4)
            }
            Self::LaterStage => {
                first.status == "Successful"
                    && later.iter().any(|stage| stage.status == "Running" && stage.tasks > 0)
            }
        }
    }

    /// Whether it was not over yet at a later look at the job.
    fn is_not_over(self, stages: &[Stage]) -> bool {
        let is_open = |stage: &Stage| stage.status != "Successful";
        match self {
            Self::FirstStage => stages.first().is_some_and(is_open),
            Self::LaterStage => stages.iter().any(is_open),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::FirstStage => "the first stage half done",
            Self::LaterStage => "the first stage done and a later one half done",
        }
    }

    /// Waits for the moment, and does `deed` at it: the job is looked at before and after, so that neither
    /// an early nor a late deed passes for one at the moment. Tells the stage and the job.
    fn strike(
        self,
        port: u16,
        deed: impl FnOnce() -> Outcome,
    ) -> Result<(String, String), Failure> {
        let job = wait_for_stages(port, self.name(), |stages| self.is_now(stages))?;
        deed()?;
        let after = stages(port, &job)?;
        if !self.is_not_over(&after) {
            return Err(Box::new(Missed(self.name().to_owned())));
        }
        let open = after.iter().position(|stage| stage.status != "Successful").unwrap_or_default();
        let done = after.get(open).map_or(0, |stage| stage.successful);
        Ok((format!("in stage {} of {}, {done} tasks done", open + 1, after.len()), job))
    }
}

/// The answer of the local engine, asked once.
fn expected(bench: &Bench) -> Result<&Rows, Failure> {
    if let Some(rows) = bench.expected.get() {
        return Ok(rows);
    }
    let rows = local(bench, &[SQL])?;
    if rows.len() < 1000 {
        return Err("the answer is too small to mean anything".into());
    }
    Ok(bench.expected.get_or_init(|| rows))
}

/// Says how an answer came about.
fn right(rows: &Rows, again: usize) -> String {
    let again = match again {
        0 => "in one attempt".to_owned(),
        again => format!("submitted again {again} times"),
    };
    format!("right, {} rows, {again}", rows.len())
}

pub(super) fn nothing_dies(bench: &Bench) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let cluster = Cluster::start(bench, 2)?;
    let (rows, again) = Client::start(bench, cluster.port, &[SQL])?.rows()?;
    rows.must_equal(expected)?;
    Ok(right(&rows, again))
}

pub(super) fn executor_dies_in_the_first_stage(bench: &Bench) -> Result<String, Failure> {
    executor_dies(bench, Moment::FirstStage)
}

pub(super) fn executor_dies_in_a_later_stage(bench: &Bench) -> Result<String, Failure> {
    executor_dies(bench, Moment::LaterStage)
}

fn executor_dies(bench: &Bench, moment: Moment) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let mut cluster = Cluster::start(bench, 2)?;
    let client = Client::start(bench, cluster.port, &[SQL])?;
    let (place, _) = moment.strike(cluster.port, || {
        // Dropped is killed.
        drop(cluster.executors.pop());
        Ok(())
    })?;
    let (rows, again) = client.rows()?;
    rows.must_equal(expected)?;
    Ok(format!("{place}: {}", right(&rows, again)))
}

pub(super) fn executor_stops_in_the_first_stage(bench: &Bench) -> Result<String, Failure> {
    executor_stops(bench, Moment::FirstStage)
}

pub(super) fn executor_stops_in_a_later_stage(bench: &Bench) -> Result<String, Failure> {
    executor_stops(bench, Moment::LaterStage)
}

/// One that is stopped holds up those that read from it: the answer is right, or there is none and an error
/// says why, before the deadline.
fn executor_stops(bench: &Bench, moment: Moment) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let cluster = Cluster::start(bench, 2)?;
    let client =
        Client::start(bench, cluster.port, &[SQL, "--stall", "40", "--timeout", DEADLINE])?;
    let stopped = cluster.executors.first().map(Service::id).ok_or("no executor")?;
    let (place, _) = moment.strike(cluster.port, || signal("STOP", stopped))?;
    let output = client.output()?;
    if output.status.success() {
        let (rows, again) = rows(&output)?;
        rows.must_equal(expected)?;
        return Ok(format!("{place}: {}", right(&rows, again)));
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let last = said.lines().last().unwrap_or_default();
    if output.stdout.is_empty() && last.starts_with("error: ") {
        return Ok(format!("{place}: no answer, `{last}`"));
    }
    Err(format!("no clear error: {}, `{said}`", output.status).into())
}

pub(super) fn all_executors_die(bench: &Bench) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let mut cluster = Cluster::start(bench, 2)?;
    let client = Client::start(bench, cluster.port, &[SQL, "--attempts", "1"])?;
    Moment::FirstStage.strike(cluster.port, || {
        cluster.executors.clear();
        Ok(())
    })?;
    let output = client.output()?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() || !output.stdout.is_empty() || !said.contains("executor") {
        return Err(format!("no clear error: {}, `{said}`", output.status).into());
    }
    cluster.wait_for_executors(0)?;
    cluster.add_executor()?;
    cluster.wait_for_executors(1)?;
    let (rows, _) = Client::start(bench, cluster.port, &[SQL])?.rows()?;
    rows.must_equal(expected)?;
    let last = said.lines().last().unwrap_or_default();
    Ok(format!("`{last}`; right once an executor is back"))
}

pub(super) fn scheduler_dies(bench: &Bench) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let mut cluster = Cluster::start(bench, 2)?;
    let client = Client::start(bench, cluster.port, &[SQL, "--stall", "30"])?;
    let moment = Moment::FirstStage;
    wait_for_stages(cluster.port, moment.name(), |stages| moment.is_now(stages))?;
    // What it knew of the job is gone with it: whether it came in time, only the client can tell.
    cluster.restart_scheduler()?;
    let (rows, again) = client.rows()?;
    rows.must_equal(expected)?;
    if again == 0 {
        return Err(Box::new(Missed("a scheduler that dies".to_owned())));
    }
    Ok(right(&rows, again))
}

pub(super) fn client_is_interrupted(bench: &Bench) -> Result<String, Failure> {
    let cluster = Cluster::start(bench, 2)?;
    let client = Client::start(bench, cluster.port, &[SQL])?;
    let (_, job) = Moment::FirstStage.strike(cluster.port, || signal("INT", client.id()))?;
    let output = client.output()?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() || !output.stdout.is_empty() {
        return Err(format!("an interrupted query ended with {}", output.status).into());
    }
    wait_until("the job is over", || Ok(job_status(cluster.port, &job)? != "Running"))?;
    Ok(format!("the job is `{}`, the client says `{said}`", job_status(cluster.port, &job)?))
}

pub(super) fn supervised_cluster(bench: &Bench) -> Result<String, Failure> {
    let expected = expected(bench)?;
    let port = free_cluster_port()?;
    let text = port.to_string();
    let words = [
        "cluster",
        "start",
        "--port",
        &text,
        "--executors",
        "2",
        "--cores",
        "1",
        "--executor-timeout",
        "10",
    ];
    let supervisor = Service::start(bench, &Place::folder(bench), "supervisor", &words)?;
    let known = |number| move || Ok(executors(port).is_ok_and(|known| known == number));
    wait_until("the cluster is ready", known(2))?;
    for role in ["executor", "scheduler"] {
        let client = Client::start(bench, port, &[SQL, "--stall", "30"])?;
        let moment = Moment::FirstStage;
        wait_for_stages(port, moment.name(), |stages| moment.is_now(stages))?;
        kill_child(supervisor.id(), role)?;
        let (rows, _) = client.rows()?;
        rows.must_equal(expected)?;
        wait_until("the cluster is whole again", known(2))?;
    }
    let children = children(supervisor.id())?;
    drop(supervisor);
    wait_until("no service outlives its supervisor", || {
        Ok(children.iter().all(|(id, _)| !is_alive(*id)))
    })?;
    Ok("both started again, both answers right; killed, it leaves no service behind".to_owned())
}

/// A port with two free ones after it, for the executors.
fn free_cluster_port() -> Result<u16, Failure> {
    for _ in 0..50 {
        let port = free_port()?;
        if port < 65_000
            && (1..=2).all(|next| std::net::TcpListener::bind(("127.0.0.1", port + next)).is_ok())
        {
            return Ok(port);
        }
    }
    Err("no three free ports in a row".into())
}

/// The processes that `parent` started, with their command lines.
fn children(parent: u32) -> Result<Vec<(u32, String)>, Failure> {
    let output = std::process::Command::new("ps").args(["-eo", "pid=,ppid=,args="]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let children = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (id, of) = (words.next()?.parse().ok()?, words.next()?.parse::<u32>().ok()?);
        (of == parent).then(|| (id, words.collect::<Vec<_>>().join(" ")))
    });
    Ok(children.collect())
}

fn kill_child(parent: u32, role: &str) -> Outcome {
    let role = format!("cluster {role}");
    let children = children(parent)?;
    let (id, _) =
        children.iter().find(|(_, line)| line.contains(&role)).ok_or("no such service")?;
    signal("KILL", *id)?;
    // Time for the supervisor to see it, so that the next wait is not for the old state.
    thread::sleep(Duration::from_millis(500));
    Ok(())
}

fn is_alive(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}
