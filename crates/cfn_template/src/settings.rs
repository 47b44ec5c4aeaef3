//! What the user knows about the deployment and the template does not say.

use indexmap::IndexMap;
use source_text::SmolStr;

/// What is known about the deployment. Nothing by default: then nothing is assumed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Values of parameters, by name; a list is written with commas.
    pub parameters: IndexMap<SmolStr, SmolStr>,
    /// `AWS::Region`.
    pub region: Option<SmolStr>,
    /// `AWS::AccountId`, twelve digits.
    pub account: Option<SmolStr>,
    /// `AWS::Partition`: `aws`, `aws-cn` or `aws-us-gov`; `AWS::URLSuffix` follows from it.
    pub partition: Option<SmolStr>,
    /// `AWS::StackName`.
    pub stack_name: Option<SmolStr>,
}

impl Settings {
    /// The value of a pseudo parameter such as `AWS::Region`, when it is set.
    #[must_use]
    pub fn pseudo_parameter(&self, name: &str) -> Option<SmolStr> {
        match name {
            "AWS::Region" => self.region.clone(),
            "AWS::AccountId" => self.account.clone(),
            "AWS::Partition" => self.partition.clone(),
            "AWS::URLSuffix" => {
                let suffix = match self.partition.as_deref()? {
                    "aws-cn" => "amazonaws.com.cn",
                    _ => "amazonaws.com",
                };
                Some(SmolStr::new_static(suffix))
            }
            "AWS::StackName" => self.stack_name.clone(),
            _ => None,
        }
    }
}
