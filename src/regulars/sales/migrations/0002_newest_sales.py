from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["sold_at", "id", "store"], name="sales_by_moment"),
        ),
    ]
