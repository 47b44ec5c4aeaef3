//! Files for systemd and Kubernetes that run a cluster on many machines and start again what dies.

use std::io::Write as _;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::PORT;

/// What the printed files say.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What runs the services
    #[arg(long, value_enum)]
    format: Format,
    /// Folder or `s3://bucket/prefix` that the queries read; every machine must see it under this name
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// The scheduler's name, as the executors and clients reach it
    #[arg(long, value_name = "NAME", default_value = "faasguard-lake-scheduler")]
    scheduler: String,
    /// Number of executors (Kubernetes)
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1000))]
    executors: u16,
    /// Megabytes of memory that the operators of an executor may hold before they spill
    #[arg(long, value_name = "MB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    memory: u64,
    /// Image that holds `faasguard-lake` (Kubernetes)
    #[arg(long, value_name = "IMAGE", default_value = "faasguard-lake:latest")]
    image: String,
    /// Where the program lies (systemd)
    #[arg(long, value_name = "PATH", default_value = "/usr/local/bin/faasguard-lake")]
    program: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Systemd,
    Kubernetes,
}

/// Prints the files on standard output.
///
/// # Errors
/// When a value holds what would mean something else in such a file, or the output is closed.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    for value in [&settings.lake, &settings.scheduler, &settings.image, &settings.program] {
        check(value)?;
    }
    let text = match settings.format {
        Format::Systemd => systemd(settings),
        Format::Kubernetes => kubernetes(settings),
    };
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// Lets letters, digits and what paths, names and images need pass: nothing that quotes, ends a line, starts a
/// comment or is expanded.
fn check(value: &str) -> anyhow::Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:@=+".contains(&byte);
    if value.is_empty() || !value.bytes().all(allowed) || value.starts_with('-') {
        let shown = crate::visible(value);
        bail!("`{shown}` cannot stand in these files: letters, digits and / . _ - : @ = + only");
    }
    Ok(())
}

fn systemd(settings: &Settings) -> String {
    let Settings { lake, scheduler, memory, program, .. } = settings;
    let hardening = "User=faasguard\nNoNewPrivileges=yes\nProtectSystem=strict\nProtectHome=read-only\nPrivateTmp=yes\nRestart=always\nRestartSec=2\n";
    format!(
        "# /etc/systemd/system/faasguard-lake-scheduler.service, on the machine `{scheduler}`.
# Nothing asks for credentials: let only the executors and trusted clients reach port {PORT}.
[Unit]
Description=Scheduler of faasguard-lake
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart={program} cluster scheduler --lake {lake} --bind 0.0.0.0 --external-host {scheduler} --port {PORT}
{hardening}
[Install]
WantedBy=multi-user.target

# /etc/systemd/system/faasguard-lake-executor.service, on every machine that works.
[Unit]
Description=Executor of faasguard-lake
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart={program} cluster executor --lake {lake} --scheduler {scheduler}:{PORT} --bind 0.0.0.0 --memory {memory} --work-dir /var/cache/faasguard-lake
CacheDirectory=faasguard-lake
CacheDirectoryMode=0700
{hardening}
[Install]
WantedBy=multi-user.target
",
    )
}

fn kubernetes(settings: &Settings) -> String {
    let Settings { lake, scheduler, executors, memory, image, .. } = settings;
    // Room for what is not counted: batches on their way, buffers of shuffles, the program.
    let limit = memory * 2 + 1024;
    format!(
        "# kubectl apply -f - ; clients in the cluster then use --ballista df://{scheduler}:{PORT}
# A lake in a bucket needs credentials of the pods' service account; a folder needs a shared volume.
apiVersion: v1
kind: Service
metadata:
  name: {scheduler}
spec:
  selector: {{ app: {scheduler} }}
  ports: [{{ name: grpc, port: {PORT}, targetPort: {PORT} }}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {scheduler}
spec:
  replicas: 1
  strategy: {{ type: Recreate }}
  selector: {{ matchLabels: {{ app: {scheduler} }} }}
  template:
    metadata: {{ labels: {{ app: {scheduler} }} }}
    spec:
      securityContext: {{ runAsNonRoot: true, runAsUser: 65532, seccompProfile: {{ type: RuntimeDefault }} }}
      containers:
        - name: scheduler
          image: {image}
          command: [faasguard-lake, cluster, scheduler, --lake, \"{lake}\", --bind, 0.0.0.0, --external-host, {scheduler}]
          ports: [{{ containerPort: {PORT} }}]
          livenessProbe: {{ httpGet: {{ path: /healthz, port: {PORT} }}, periodSeconds: 5, timeoutSeconds: 3 }}
          readinessProbe: {{ httpGet: {{ path: /healthz, port: {PORT} }}, periodSeconds: 5 }}
          resources: {{ requests: {{ cpu: 500m, memory: 1Gi }}, limits: {{ memory: 2Gi }} }}
          securityContext: {{ allowPrivilegeEscalation: false, capabilities: {{ drop: [ALL] }} }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {scheduler}-executor
spec:
  replicas: {executors}
  selector: {{ matchLabels: {{ app: {scheduler}-executor }} }}
  template:
    metadata: {{ labels: {{ app: {scheduler}-executor }} }}
    spec:
      securityContext: {{ runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: {{ type: RuntimeDefault }} }}
      containers:
        - name: executor
          image: {image}
          command: [faasguard-lake, cluster, executor, --lake, \"{lake}\", --scheduler, \"{scheduler}:{PORT}\", --bind, 0.0.0.0, --memory, \"{memory}\", --work-dir, /work]
          ports: [{{ containerPort: 50051 }}]
          livenessProbe: {{ tcpSocket: {{ port: 50051 }}, initialDelaySeconds: 70, periodSeconds: 10 }}
          resources: {{ requests: {{ cpu: \"1\", memory: {memory}Mi }}, limits: {{ memory: {limit}Mi }} }}
          securityContext: {{ allowPrivilegeEscalation: false, capabilities: {{ drop: [ALL] }} }}
          volumeMounts: [{{ name: work, mountPath: /work }}]
      volumes: [{{ name: work, emptyDir: {{}} }}]
---
# Nothing asks for credentials: only pods with this label, and the services themselves, reach the cluster.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {scheduler}
spec:
  podSelector: {{ matchExpressions: [{{ key: app, operator: In, values: [{scheduler}, {scheduler}-executor] }}] }}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {{ matchLabels: {{ app: {scheduler} }} }}
        - podSelector: {{ matchLabels: {{ app: {scheduler}-executor }} }}
        - podSelector: {{ matchLabels: {{ faasguard-lake: client }} }}
",
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::{Settings, check, kubernetes, systemd};

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    fn settings(format: &str) -> Settings {
        let words = ["units", "--format", format, "--lake", "s3://bucket/lake", "--executors", "3"];
        Line::try_parse_from(words).unwrap().settings
    }

    #[test]
    fn services_of_systemd_start_again_what_dies_on_the_machines_they_name() {
        let text = systemd(&settings("systemd"));
        assert_eq!(text.matches("\nRestart=always\n").count(), 2);
        assert!(text.contains(
            "cluster executor --lake s3://bucket/lake --scheduler faasguard-lake-scheduler:50050"
        ));
    }

    #[test]
    fn kubernetes_runs_one_scheduler_and_the_executors() {
        let text = kubernetes(&settings("kubernetes"));
        assert!(text.contains("replicas: 1\n") && text.contains("replicas: 3\n"));
        assert_eq!(text.matches("\nkind: Deployment\n").count(), 2);
        assert!(!text.contains("{{") && !text.contains('\t'));
    }

    #[test]
    fn a_value_cannot_say_more_than_itself() {
        for hostile in
            ["a\nExecStart=/bin/sh", "a b", "${HOME}", "%h", "\"", "a#b", "{a}", "", "--x"]
        {
            assert!(check(hostile).is_err(), "{hostile:?}");
        }
        assert!(check("registry.internal:5000/faasguard-lake@sha256:ab").is_ok());
    }
}
