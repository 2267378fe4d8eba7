"""Settings of the data room, read from the environment and `.env`, made once in cli.py and passed down."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DataSettings(BaseSettings):
    """Where the reporting database is and how many snapshots of it are kept."""

    model_config = SettingsConfigDict(env_prefix="ASP_", env_file=".env", extra="ignore", frozen=True)

    reporting_url: str = Field("duckdb:///var/reporting", description="folder of snapshots, or postgresql+psycopg://…")
    keep_snapshots: int = Field(10, ge=2, description="published DuckDB snapshots that are kept")
    rollups: bool = Field(True, description="count whole months at publication, so that pages need not read the facts")
    least_people: int = Field(5, ge=1, description="figures that would tell of fewer people are withheld")
    duckdb_memory: str = Field("1500MB", description="memory DuckDB may use before it spills to disk")
