//! Which files a query needs, by what the commits know of them.

use std::{collections::HashSet, sync::Arc};

use datafusion::{
    arrow::array::{ArrayRef, BooleanArray, StringArray, TimestampMicrosecondArray},
    catalog::Session,
    common::{
        Column, DFSchema, ScalarValue, pruning::PruningStatistics, tree_node::TreeNodeRecursion,
    },
    datasource::{TableProvider, TableType},
    error::DataFusionError,
    logical_expr::{
        Expr, LogicalPlan, TableProviderFilterPushDown, execution_props::ExecutionProps,
        physical_planning_context::PhysicalPlanningContext, utils::conjunction,
    },
    physical_expr::create_physical_expr,
    physical_optimizer::pruning::PruningPredicateBuilder,
    physical_plan::ExecutionPlan,
};
use lake_store::{DataFile, Partition, Snapshot, schema};

use crate::{
    QueryError,
    session::{Options, TABLE, bare, frame},
};

const MICROSECONDS: i64 = 1_000_000;

/// The files in which rows may be that the query asks for, by account, region, day and time.
///
/// # Errors
/// [`QueryError`] as [`crate::frame`].
pub async fn selected_files(snapshot: &Snapshot, sql: &str) -> Result<Vec<DataFile>, QueryError> {
    let context = bare(&Options::default())?;
    context.register_table(TABLE, Arc::new(Shape))?;
    let plan = frame(&context, sql).await?.into_optimized_plan()?;
    let mut scans = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            scans.push(conjunction(scan.filters.iter().map(bare_columns)));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let files: Vec<&DataFile> = snapshot.files().collect();
    let partitions: Vec<Partition> = files.iter().map(|file| file.partition()).collect();
    let known = Known { files: &files, partitions: &partitions };
    let mut is_needed = vec![false; files.len()];
    for filter in &scans {
        let needed = needed(filter.as_ref(), &known).unwrap_or_else(|| vec![true; files.len()]);
        for (all, this) in is_needed.iter_mut().zip(needed) {
            *all |= this;
        }
    }
    let needed = files.into_iter().zip(is_needed).filter(|(_, is_needed)| *is_needed);
    Ok(needed.map(|(file, _)| file.clone()).collect())
}

/// The filter with columns that do not say whose they are: there is one table.
fn bare_columns(filter: &Expr) -> Expr {
    use datafusion::common::tree_node::{Transformed, TreeNode as _};
    let renamed = filter.clone().transform(|expr| {
        Ok(match expr {
            Expr::Column(column) => Transformed::yes(Expr::Column(Column::from_name(column.name))),
            other => Transformed::no(other),
        })
    });
    renamed.map_or_else(|_| Expr::Literal(ScalarValue::Boolean(Some(true)), None), |it| it.data)
}

/// Which files may have rows that pass the filter; `None` when that cannot be told.
fn needed(filter: Option<&Expr>, known: &Known<'_>) -> Option<Vec<bool>> {
    let columns = DFSchema::try_from(schema().as_ref().clone()).ok()?;
    let filter = create_physical_expr(
        filter?,
        &columns,
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    )
    .ok()?;
    let predicate =
        PruningPredicateBuilder::new().with_file_schema(schema()).try_build(filter).ok()?;
    predicate.prune(known).ok()
}

/// What the commits know of files.
struct Known<'k> {
    files: &'k [&'k DataFile],
    partitions: &'k [Partition],
}

impl Known<'_> {
    /// The value that all rows of a file have in a column; an array of one value a file. What lies in an
    /// unknown partition may have any value.
    fn bound(&self, column: &Column, time: fn(&DataFile) -> Option<i64>) -> Option<ArrayRef> {
        let text = |of: fn(&Partition) -> Option<String>| -> ArrayRef {
            Arc::new(self.partitions.iter().map(of).collect::<StringArray>())
        };
        Some(match column.name.as_str() {
            "account" => text(|it| it.account.clone()),
            "region" => text(|it| it.region.clone()),
            "day" => text(|it| it.day.map(|day| day.to_string())),
            "time" => {
                let times = self.files.iter().map(|file| time(file)?.checked_mul(MICROSECONDS));
                Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            }
            _ => return None,
        })
    }
}

impl PruningStatistics for Known<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |file| file.min_time)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |file| file.max_time)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, _: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

/// The table without rows, which takes filters: to see which reach it.
#[derive(Debug)]
struct Shape;

#[async_trait::async_trait]
impl TableProvider for Shape {
    fn schema(&self) -> datafusion::arrow::datatypes::SchemaRef {
        schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        Err(DataFusionError::NotImplemented("it is only planned with".to_owned()))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}
