//! Log-ins and the users behind them.

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use leadsink_core::{DeliverContext, Disposition, Draft, Error, ErrorKind, HttpResponse, Purpose, Result, Secret};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::client::{Client, read, unanswered};
use super::lenient;
use crate::auth::{self, LogIn};
use crate::descriptor::{DESCRIPTOR, counts_for};

/// Who logged in, as far as the answer says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The user, for [`Client::set_machine_user`].
    pub user_id: Option<u64>,
    /// The organisation of the user, the first where there are several.
    pub org_id: Option<u64>,
}

impl Client {
    /// Logs in with user name and password, also where a token is there, and says who that is.
    ///
    /// # Errors
    /// When the account cannot log in.
    pub async fn log_in(&self, cx: &DeliverContext) -> Result<Account> {
        self.session().log_in(cx).await
    }

    /// Makes a user a machine user, whose token never expires, or an ordinary one again. Nothing else does this: a token that
    /// never expires should be somebody's decision. Returns what OpenSolar says that it is now.
    ///
    /// # Errors
    /// When OpenSolar does not say that it did so.
    pub async fn set_machine_user(&self, cx: &DeliverContext, user_id: u64, on: bool) -> Result<bool> {
        let url = self.address(&format!("auth/users/{user_id}/"))?;
        let body = Bytes::from(format!("{{\"is_machine_user\":{on}}}"));
        let response = self.write(cx, Method::PATCH, url, body, Purpose::Question).await?;
        let user: User = read(&response)?;
        user.is_machine_user
            .or(user.misspelt)
            .ok_or_else(|| unanswered(&response))
    }
}

/// A user, as far as it is looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    #[serde(deserialize_with = "lenient::id")]
    id: Option<u64>,
    #[serde(deserialize_with = "lenient::id")]
    url: Option<u64>,
    #[serde(deserialize_with = "lenient::flag")]
    is_machine_user: Option<bool>,
    /// So it stands in the document's sample.
    #[serde(rename = "is_machine_user>", deserialize_with = "lenient::flag")]
    misspelt: Option<bool>,
}

/// A user, also as an id or URL.
fn user<'de, D: Deserializer<'de>>(deserializer: D) -> Result<User, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let id = lenient::id_of(&value);
    let user: User = serde_json::from_value(value).unwrap_or_default();
    Ok(User {
        id: id.or(user.id),
        ..user
    })
}

/// Asks for a token.
pub(super) async fn log_in(
    cx: &DeliverContext,
    address: &Url,
    log_in: Option<&LogIn>,
) -> Result<(HeaderValue, Account)> {
    let Some(log_in) = log_in else {
        let message = "the account has no `username` and `password` to log in with; set them in the config";
        return Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message));
    };
    let draft = Draft::post_json(address.clone(), log_in.body());
    let mut request = draft.to_request(cx.timeout.unwrap_or(DESCRIPTOR.timeout), cx.deadline);
    request.counts_for = counts_for(&request.method, request.url.path());
    granted(&cx.ask(request).await?)
}

/// Reads the answer to a log-in. Whatever it says is about the account, never about the lead.
fn granted(response: &HttpResponse) -> Result<(HeaderValue, Account)> {
    #[derive(Deserialize)]
    struct Answer {
        token: Secret,
        #[serde(default, deserialize_with = "user")]
        user: User,
        #[serde(default, deserialize_with = "lenient::id")]
        org_id: Option<u64>,
        #[serde(default, deserialize_with = "lenient::list")]
        orgs: Vec<Org>,
    }
    #[derive(Deserialize)]
    struct Org {
        #[serde(default, deserialize_with = "lenient::id")]
        id: Option<u64>,
    }
    if matches!(
        response.status,
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) {
        let message = format!(
            "OpenSolar does not accept the log-in ({}); check `username` and `password`, and `mfa_code` where the user has a second factor",
            response.status.as_u16()
        );
        return Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message).with_response(response));
    }
    if response.status.is_success() {
        let answer = serde_json::from_slice::<Answer>(&response.body).ok();
        let granted = answer.filter(|_| !response.is_html()).and_then(|answer| {
            let account = Account {
                user_id: answer.user.id.or(answer.user.url),
                org_id: answer.org_id.or_else(|| answer.orgs.into_iter().find_map(|org| org.id)),
            };
            Some((auth::bearer(&answer.token).ok()?, account))
        });
        // Nothing of this answer is kept in an error: it may hold a token.
        return granted.ok_or_else(|| {
            let (kind, message) = match response.is_html() {
                true => (
                    ErrorKind::HtmlPage,
                    "OpenSolar answered the log-in with a page for people; check `base_url` and whether a proxy is in between",
                ),
                false => (
                    ErrorKind::Unreadable,
                    "OpenSolar answered the log-in, and no token can be read in its answer",
                ),
            };
            Error::new(kind, Disposition::Transient, message)
        });
    }
    let error = unanswered(response);
    if error.disposition() != Disposition::Permanent {
        return Err(error);
    }
    // A log-in that is refused for good holds the sink, not the lead.
    let message = format!("OpenSolar refused the log-in ({})", response.status.as_u16());
    Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message).with_response(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Account, (ErrorKind, Disposition)> {
        let response = HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned());
        granted(&response)
            .map(|(bearer, account)| {
                assert!(bearer.is_sensitive());
                account
            })
            .map_err(|error| (error.kind(), error.disposition()))
    }

    #[test]
    fn a_token_comes_with_its_user_and_organisation() {
        let account = |user_id, org_id| Ok(Account { user_id, org_id });
        for (body, wanted) in [
            (
                r#"{"token":"s_1","user":{"id":10},"org_id":7,"orgs":[{"id":8}]}"#,
                account(Some(10), Some(7)),
            ),
            (
                r#"{"token":"s_1","user":{"url":"https://api.opensolar.com/auth/users/10/"},"orgs":[{"id":8},{"id":9}]}"#,
                account(Some(10), Some(8)),
            ),
            (
                r#"{"token":"s_1","user":"/auth/users/10/","orgs":{"id":8}}"#,
                account(Some(10), None),
            ),
            (r#"{"token":"s_1","user":null}"#, account(None, None)),
            (r#"{"token":"s_1"}"#, account(None, None)),
        ] {
            assert_eq!(answer(200, body), wanted, "{body}");
        }
    }

    #[test]
    fn an_answer_with_a_token_is_never_kept() {
        let cut = HttpResponse::new(StatusCode::OK, r#"{"token":"s_1","us"#);
        assert_eq!(granted(&cut).unwrap_err().excerpt(), None);
        let mut mislabelled = HttpResponse::new(StatusCode::OK, r#"{"token":"s_1"}"#);
        let html = HeaderValue::from_static("text/html");
        mislabelled.headers.insert(http::header::CONTENT_TYPE, html);
        let error = granted(&mislabelled).unwrap_err();
        assert_eq!((error.kind(), error.excerpt()), (ErrorKind::HtmlPage, None));
    }

    #[test]
    fn a_refused_log_in_is_the_accounts_fault_and_a_silent_one_is_asked_again() {
        use Disposition::{Account, Transient};
        let table = [
            (
                400,
                r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#,
                Account,
            ),
            (401, "", Account),
            (403, "", Account),
            (404, "", Account),
            (409, "", Account),
            (429, "", Transient),
            (500, "", Transient),
            (503, "", Transient),
            (200, "{}", Transient),
            (200, "<!DOCTYPE html>", Transient),
            (200, r#"{"token":""}"#, Transient),
            (200, r#"{"token":"a\nb"}"#, Transient),
        ];
        for (status, body, wanted) in table {
            assert_eq!(answer(status, body).unwrap_err().1, wanted, "{status} {body}");
        }
    }
}
