"""利用: numbers leave the vault for a form that law asks for, and only into that form.

Manual 3 法定帳票作成.  番号法 第9条第4項, 第19条第2号.
"""
