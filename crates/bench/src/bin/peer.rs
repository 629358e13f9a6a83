//! `bench-peer FILE BASE-URL KEY CONCURRENCY [one-thread]` puts a lead file into Enerflo: the loop that a developer would
//! write without Leadsink, for one file, whose columns are known, with values that are clean.
//!
//! It makes the same requests as `leadsink send` does for that file, which a test holds it to. Everything else that
//! `leadsink send` does it leaves out: no report, no repeated rows, no retries, no care for answers that got lost.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write as _};

use futures_util::{StreamExt as _, stream};
use reqwest::Client;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(rename = "First Name")]
    first_name: String,
    #[serde(rename = "Last Name")]
    last_name: String,
    #[serde(rename = "Email")]
    email: String,
    #[serde(rename = "Phone")]
    phone: String,
    #[serde(rename = "Street Address")]
    street: String,
    #[serde(rename = "City")]
    city: String,
    #[serde(rename = "State")]
    state: String,
    #[serde(rename = "ZIP")]
    zip: String,
    #[serde(rename = "Lead Source")]
    source: String,
    #[serde(rename = "Lead Status")]
    status: String,
    #[serde(rename = "Office")]
    office: String,
    #[serde(rename = "Notes")]
    notes: Option<String>,
}

#[derive(Serialize)]
struct Body {
    lead: Lead,
}

#[derive(Serialize)]
struct Lead {
    integration_record_id: String,
    first_name: String,
    last_name: String,
    address: String,
    city: String,
    state: String,
    zip: String,
    email: String,
    mobile: String,
    lead_status: String,
    office_name: String,
    lead_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_note: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    result: String,
}

fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let (file, base_url, key, concurrency, mut runtime) = match &*args {
        // What `#[tokio::main]` builds.
        [file, url, key, concurrency] => (file, url, key, concurrency, Builder::new_multi_thread()),
        [file, url, key, concurrency, flag] if flag == "one-thread" => {
            (file, url, key, concurrency, Builder::new_current_thread())
        }
        _ => return Err("usage: bench-peer FILE BASE-URL KEY CONCURRENCY [one-thread]".into()),
    };
    // Another library might have chosen one before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = runtime.enable_all().build()?;
    let (sent, taken) = runtime.block_on(send(file, base_url, key, concurrency.parse()?))?;
    writeln!(io::stdout(), "{sent} sent, {taken} taken")?;
    if taken == sent {
        Ok(())
    } else {
        Err("some were not taken".into())
    }
}

/// Sends the file and counts the leads sent and those taken.
async fn send(file: &str, base_url: &str, key: &str, concurrency: usize) -> Result<(u64, u64)> {
    let client = Client::new();
    let url = format!("{base_url}/api/v1/partner/action/lead/add");
    let rows = csv::Reader::from_reader(File::open(file)?).into_deserialize::<Row>();
    let mut answers = stream::iter(rows)
        .map(|row| post(&client, &url, key, row))
        .buffer_unordered(concurrency);
    let (mut sent, mut taken) = (0, 0);
    while let Some(answer) = answers.next().await {
        sent += 1;
        match answer {
            Ok(answer) if answer.result == "success" => taken += 1,
            Ok(_) => {}
            Err(error) => writeln!(io::stderr(), "{error}")?,
        }
    }
    Ok((sent, taken))
}

async fn post(client: &Client, url: &str, key: &str, row: csv::Result<Row>) -> Result<Answer> {
    let body = Body { lead: lead(row?)? };
    let answer = client.post(url).header("api-key", key).json(&body).send().await?;
    Ok(answer.error_for_status()?.json().await?)
}

fn lead(row: Row) -> Result<Lead> {
    Ok(Lead {
        integration_record_id: row.id,
        first_name: row.first_name,
        last_name: row.last_name,
        address: row.street,
        city: row.city,
        state: row.state,
        zip: row.zip,
        email: row.email,
        mobile: mobile(&row.phone)?,
        lead_status: row.status,
        office_name: row.office,
        lead_source: row.source,
        add_note: row.notes,
    })
}

/// The ten digits of a number of the North American plan.
fn mobile(phone: &str) -> Result<String> {
    let number = PHONE_NUMBER_UTIL.parse(phone, Some(Region::US))?;
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Err("no such phone number".into());
    }
    let number = number.format_as(PhoneNumberFormat::E164);
    Ok(number
        .strip_prefix("+1")
        .ok_or("a phone number from abroad")?
        .to_owned())
}
