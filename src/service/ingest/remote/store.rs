//! Objects of a store: listed as a folder is, and fetched when the store's mark of their content is another one.

use super::{FetchError, Item, Known, Remote, Told, each, extension};
use crate::config::{Secret, Source, StoreOrigin};
use crate::ingest::find::{MANIFEST, is_readable};
use crate::ingest::{IngestError, StoreError};
use crate::ledger::{Fetch, FetchRole};
use crate::observe::chain;
use futures_util::stream::StreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, ObjectStoreScheme, RetryConfig};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A store that does not answer for so long is not reached.
const PATIENCE: Duration = Duration::from_secs(60);
/// So often a store is asked again, after growing waits.
const ATTEMPTS: usize = 4;

/// A store, and the place in it that was named.
struct Place {
    store: Box<dyn ObjectStore>,
    key: Key,
    /// The folder, where it is one of this machine.
    folder: Option<PathBuf>,
}

/// What is wrong with the settings of a store; nothing is asked of it.
pub(crate) fn check(origin: &StoreOrigin) -> Result<(), String> {
    let unknown = origin.options.keys().find(|key| !is_setting(origin, key));
    match unknown {
        Some(key) => Err(format!("{key}: no setting of this store")),
        None => Ok(()),
    }
}

fn is_setting(origin: &StoreOrigin, key: &str) -> bool {
    use object_store::aws::AmazonS3ConfigKey;
    use object_store::azure::AzureConfigKey;
    use object_store::gcp::GoogleConfigKey;
    match ObjectStoreScheme::parse(&origin.url) {
        Ok((ObjectStoreScheme::AmazonS3, _)) => key.parse::<AmazonS3ConfigKey>().is_ok(),
        Ok((ObjectStoreScheme::MicrosoftAzure, _)) => key.parse::<AzureConfigKey>().is_ok(),
        Ok((ObjectStoreScheme::GoogleCloudStorage, _)) => key.parse::<GoogleConfigKey>().is_ok(),
        _ => false,
    }
}

/// Lists the place, and fetches what is new or changed.
pub(super) async fn look(remote: &Remote<'_>, source: &Source, origin: &StoreOrigin, known: &Known) -> Result<Told, IngestError> {
    let place = open(origin)?;
    let mut told = Told::default();
    let mut wanted = Vec::new();
    let (objects, error) = list(&place).await;
    match error {
        Some(source) if objects.is_empty() => return Err(IngestError::Store(StoreError { place: origin.url.to_string(), source })),
        error => told.unseen.extend(error.map(|error| (origin.url.to_string(), chain(&error)))),
    }
    for object in objects {
        let path = below(&object.location, &place.key);
        let is_manifest = path.rsplit('/').next() == Some(MANIFEST);
        if is_manifest || path.split('/').any(|part| part.starts_with('.')) || remote.shelf.is_barred_place(source, &path) {
            continue;
        }
        if is_readable(&extension::of_path(&path)) && place.holds(&object.location) {
            wanted.push((path, object));
        } else {
            told.skipped += 1;
        }
    }
    let one = async |(path, object): (String, ObjectMeta)| {
        let outcome = match known.get(&path).filter(|known| is_same(known, &object) && remote.shelf.is_at_hand(known)) {
            Some(known) => Ok(known.clone()),
            None if (remote.is_stopped)() => Err(FetchError::Stopped),
            None => get(remote, source, &place, &path, &object).await?,
        };
        Ok(Item { path, outcome })
    };
    told.items = each(wanted, remote.settings.at_once, one).await?;
    Ok(told)
}

/// Asks for the first object.
pub(super) async fn probe(origin: &StoreOrigin) -> Result<String, (String, FetchError)> {
    let told = |error| (origin.url.to_string(), error);
    let place = open(origin).map_err(|error| told(FetchError::Client(chain(&error))))?;
    match place.store.list(Some(&place.key)).next().await {
        None | Some(Ok(_)) => Ok(origin.url.to_string()),
        Some(Err(error)) => Err(told(FetchError::Store(Arc::new(error)))),
    }
}

fn open(origin: &StoreOrigin) -> Result<Place, IngestError> {
    let failed = |source| IngestError::Store(StoreError { place: origin.url.to_string(), source });
    let url = origin.url.as_str();
    let retry = || RetryConfig { max_retries: ATTEMPTS, retry_timeout: PATIENCE, ..RetryConfig::default() };
    let (scheme, key) = ObjectStoreScheme::parse(&origin.url).map_err(|error| failed(error.into()))?;
    let settings = origin.options.iter().map(|(key, value)| (key.as_str(), Secret::reveal(value)));
    let (store, folder): (Box<dyn ObjectStore>, _) = match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let mut store = AmazonS3Builder::from_env().with_url(url).with_retry(retry());
            for (key, value) in settings {
                store = store.with_config(key.parse().map_err(failed)?, value);
            }
            (Box::new(store.build().map_err(failed)?), None)
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let mut store = MicrosoftAzureBuilder::from_env().with_url(url).with_retry(retry());
            for (key, value) in settings {
                store = store.with_config(key.parse().map_err(failed)?, value);
            }
            (Box::new(store.build().map_err(failed)?), None)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let mut store = GoogleCloudStorageBuilder::from_env().with_url(url).with_retry(retry());
            for (key, value) in settings {
                store = store.with_config(key.parse().map_err(failed)?, value);
            }
            (Box::new(store.build().map_err(failed)?), None)
        }
        _ => {
            let folder = origin.url.to_file_path().ok().and_then(|folder| folder.canonicalize().ok());
            let folder = folder.ok_or_else(|| IngestError::Missing { path: PathBuf::from(origin.url.path()) })?;
            let store = LocalFileSystem::new_with_prefix(&folder).map_err(failed)?;
            return Ok(Place { store: Box::new(store), key: Key::default(), folder: Some(folder) });
        }
    };
    Ok(Place { store, key, folder })
}

impl Place {
    /// Whether an object is where it says: on this machine a link may lead elsewhere.
    fn holds(&self, location: &Key) -> bool {
        let is_inside = |folder: &PathBuf| folder.join(location.as_ref()).canonicalize().is_ok_and(|file| file.starts_with(folder));
        self.folder.as_ref().is_none_or(is_inside)
    }
}

/// All objects below a place, or the one that it is; and why the list is not whole: a name that is none ends it.
async fn list(place: &Place) -> (Vec<ObjectMeta>, Option<Error>) {
    let mut listed = place.store.list(Some(&place.key));
    let mut found = Vec::new();
    while let Some(object) = listed.next().await {
        match object {
            Ok(object) => found.push(object),
            Err(error) => return (found, Some(error)),
        }
    }
    if found.is_empty() && is_readable(&extension::of_path(place.key.as_ref())) {
        match place.store.head(&place.key).await {
            Ok(object) => found.push(object),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return (found, Some(error)),
        }
    }
    (found, None)
}

/// The path below the place; of the one object that the place is, its name.
fn below(location: &Key, place: &Key) -> String {
    let rest: Vec<String> = location.prefix_match(place).map(|parts| parts.map(|part| part.as_ref().to_owned()).collect()).unwrap_or_default();
    if rest.is_empty() { location.filename().unwrap_or_default().to_owned() } else { rest.join("/") }
}

/// Whether the store says that the content is as it was.
fn is_same(known: &Fetch, object: &ObjectMeta) -> bool {
    match (&known.etag, &object.e_tag) {
        (Some(known), Some(now)) => known == now,
        (None, None) => known.last_modified.as_deref() == Some(&modified(object)),
        _ => false,
    }
}

fn modified(object: &ObjectMeta) -> String {
    format!("{} {}", object.last_modified.to_rfc3339(), object.size)
}

async fn get(remote: &Remote<'_>, source: &Source, place: &Place, path: &str, object: &ObjectMeta) -> Result<Result<Fetch, FetchError>, IngestError> {
    if object.size > remote.limit {
        return Ok(Err(FetchError::TooLarge { limit: remote.limit }));
    }
    let bytes = match read(remote, place, &object.location).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    // The mark is that of the list, with which the next list is compared; an object that changed since then is fetched once more.
    let fetch = Fetch {
        source: source.name.clone(),
        role: FetchRole::Document,
        path: path.to_owned(),
        found_on: None,
        last_modified: Some(modified(object)),
        etag: object.e_tag.clone(),
        content_hash: gongbao_tables::content_hash(&bytes),
        extension: extension::of_path(path),
        fetched_at: (remote.now)(),
    };
    remote.shelf.put(&fetch, &bytes)?;
    Ok(Ok(fetch))
}

/// An object as it is now.
async fn read(remote: &Remote<'_>, place: &Place, location: &Key) -> Result<Vec<u8>, FetchError> {
    let time = Duration::from_secs(u64::from(remote.settings.seconds));
    let transfer = async {
        let mut bytes = Vec::new();
        let mut stream = place.store.get(location).await?.into_stream();
        while let Some(more) = stream.next().await {
            bytes.extend_from_slice(&more?);
            if u64::try_from(bytes.len()).is_ok_and(|length| length > remote.limit) {
                return Ok(None);
            }
        }
        Ok(Some(bytes))
    };
    match tokio::time::timeout(time, transfer).await {
        Err(_) => Err(FetchError::Overdue { seconds: remote.settings.seconds }),
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(FetchError::TooLarge { limit: remote.limit }),
        Ok(Err(Error::NotFound { .. })) => Err(FetchError::NotInStore),
        Ok(Err(error)) => Err(FetchError::Store(Arc::new(error))),
    }
}
