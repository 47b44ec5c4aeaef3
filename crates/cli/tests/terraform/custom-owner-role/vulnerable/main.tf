resource "azurerm_role_definition" "d" {
  name  = "deployer"
  scope = "/subscriptions/1"
  permissions {
    actions = ["*"]
  }
}
