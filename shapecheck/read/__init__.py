"""The reader: facts from files, with nothing imported and nothing executed."""
