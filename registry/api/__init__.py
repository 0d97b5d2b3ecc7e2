"""What any register's HTTP interface for systems needs: problems, parameters, pages, the feed."""
