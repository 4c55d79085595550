//! `openapi.yaml`: the base path, the security schemes and the operations.

use std::collections::HashSet;

use url::Url;

use super::error::ContractError;
use super::files::{Document, Named, Table};
use super::models::Model;
use super::operation::Bearer;
use super::operations;
use crate::yaml::{Node, Tree};

/// What the file says, with the places that later checks may have to point at.
#[derive(Debug)]
pub(super) struct OpenApi<'a> {
    pub(super) base_path: String,
    pub(super) bearer_refusal: Named<'a>,
    pub(super) client_refusal: Named<'a>,
    pub(super) operations: Vec<operations::Described<'a>>,
}

/// A named way to prove who calls.
#[derive(Debug)]
pub(super) struct SecurityScheme<'a> {
    pub(super) name: &'a str,
    pub(super) bearer: Bearer,
    refusal: Named<'a>,
}

const ROOT: &[&str] =
    &["openapi", "info", "jsonSchemaDialect", "servers", "components", "paths", "tags", "externalDocs"];
const INFO: &[&str] =
    &["title", "version", "summary", "description", "termsOfService", "contact", "license", "x-client-refusal"];

/// Reads the file; the models are those that its references may lead to.
pub(super) fn parse<'a>(document: &'a Document, models: &[Model]) -> Result<OpenApi<'a>, ContractError> {
    let root = document.table(&document.root, "an OpenAPI document", ROOT)?;
    let version = root.text("openapi")?;
    if !version.starts_with("3.1.") {
        let message = format!("expected OpenAPI 3.1, found `{version}`");
        return Err(wrong(document, root.required("openapi")?, message));
    }
    let info = document.table(root.required("info")?, "`info`", INFO)?;
    let components = document.table(root.required("components")?, "`components`", &["securitySchemes"])?;
    let schemes = security_schemes(document, components.required("securitySchemes")?)?;
    Ok(OpenApi {
        base_path: base_path(document, root.required("servers")?)?,
        bearer_refusal: bearer_refusal(document, components, &schemes)?,
        client_refusal: named(document, info.required("x-client-refusal")?, "an error")?,
        operations: operations(document, root.required("paths")?, &schemes, models)?,
    })
}

/// A name and its place.
pub(super) fn named<'a>(document: &Document, node: &'a Node, expected: &str) -> Result<Named<'a>, ContractError> {
    Ok(Named { name: document.text(node, expected)?, span: node.span.clone() })
}

/// A value that its place does not take.
pub(super) fn wrong(document: &Document, node: &Node, message: impl Into<String>) -> ContractError {
    ContractError::WrongValue(Box::new(document.at(&node.span, message)))
}

fn base_path(document: &Document, servers: &Node) -> Result<String, ContractError> {
    let Some(first) = servers.items().first() else {
        return Err(wrong(document, servers, "expected at least one server, found none"));
    };
    let server = document.table(first, "a server", &["url", "description"])?;
    let url = server.text("url")?;
    match Url::parse(url) {
        Ok(parsed) => Ok(parsed.path().trim_end_matches('/').to_string()),
        Err(error) => Err(wrong(document, server.required("url")?, format!("expected a URL, found `{url}`: {error}"))),
    }
}

fn security_schemes<'a>(document: &'a Document, node: &'a Node) -> Result<Vec<SecurityScheme<'a>>, ContractError> {
    let keys = &["type", "scheme", "bearerFormat", "description", "x-bearer", "x-refusal"];
    let scheme = |name: &'a str, node: &'a Node| {
        let table = document.table(node, "a security scheme", keys)?;
        let (kind, name_of_scheme) = (table.text("type")?, table.text("scheme")?);
        if (kind, name_of_scheme) != ("http", "bearer") {
            let found = format!("found `{kind}` and `{name_of_scheme}`");
            return Err(wrong(document, node, format!("expected the type `http` and the scheme `bearer`, {found}")));
        }
        let bearer = match table.text("x-bearer")? {
            "access" => Bearer::Access,
            "refresh" => Bearer::Refresh,
            other => {
                let message = format!("expected `access` or `refresh`, found `{other}`");
                return Err(wrong(document, table.required("x-bearer")?, message));
            }
        };
        Ok(SecurityScheme { name, bearer, refusal: named(document, table.required("x-refusal")?, "an error")? })
    };
    node.entries().iter().map(|entry| scheme(&entry.key, &entry.value)).collect()
}

/// One error answers every bad bearer, whichever token was wanted.
fn bearer_refusal<'a>(
    document: &Document,
    components: Table<'_>,
    schemes: &[SecurityScheme<'a>],
) -> Result<Named<'a>, ContractError> {
    let Some(first) = schemes.first() else {
        return Err(wrong(
            document,
            components.required("securitySchemes")?,
            "expected at least one security scheme, found none",
        ));
    };
    match schemes.iter().find(|scheme| scheme.refusal.name != first.refusal.name) {
        None => Ok(first.refusal.clone()),
        Some(other) => {
            let message =
                format!("expected `{}` as at `{}`, found `{}`", first.refusal.name, first.name, other.refusal.name);
            Err(ContractError::Disagreement(Box::new(document.at(&other.refusal.span, message))))
        }
    }
}

fn operations<'a>(
    document: &'a Document,
    paths: &'a Node,
    schemes: &[SecurityScheme<'a>],
    models: &[Model],
) -> Result<Vec<operations::Described<'a>>, ContractError> {
    if !matches!(paths.tree, Tree::Map(_)) {
        return Err(document.wrong(paths, "a map of paths"));
    }
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    for path in paths.entries() {
        if !path.key.starts_with('/') {
            let message = format!("expected a path that begins with `/`, found `{}`", path.key);
            return Err(ContractError::WrongValue(Box::new(document.at(&path.key_span, message))));
        }
        document.table(&path.value, "a path", operations::METHODS)?;
        for method in path.value.entries() {
            let described = operations::parse(document, &path.key, method, schemes, models)?;
            if !ids.insert(described.operation_id.name) {
                let message = format!("the operationId `{}` is here twice", described.operation_id.name);
                return Err(ContractError::Duplicate(Box::new(document.at(&described.operation_id.span, message))));
            }
            found.push(described);
        }
    }
    Ok(found)
}
